// Long arrays of whole numbers to and from the text the database writes them in: thousands of amounts at once, without an
// object for each.

/** `{1,-2,3}` as numbers; each must be one that a double holds exactly. */
export function numbersOf(text: string): Float64Array {
  if (text === '{}') return new Float64Array(0);
  return Float64Array.from(text.slice(1, -1).split(','), (part) => {
    const value = Number(part);
    if (!Number.isSafeInteger(value)) throw new RangeError(`${part} is not a whole number that can be counted with`);
    return value;
  });
}

export const textOf = (values: Float64Array | Int32Array): string => `{${values.join(',')}}`;
