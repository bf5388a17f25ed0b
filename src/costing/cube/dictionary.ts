// The values of one column as small whole numbers, in the order they were first seen; 0 stands for no value.

export interface Dictionary {
  /** Its number; a value not seen before gets the next one. Empty text is no value. */
  codeOf(text: string): number;
  /** Its number, or `null` of a value that no line has; that of empty text is 0. */
  find(text: string): number | null;
  textOf(code: number): string | null;
  /** Every number is below it. */
  size(): number;
}

export function createDictionary(): Dictionary {
  const texts: (string | null)[] = [null];
  const codes = new Map<string, number>([['', 0]]);
  return {
    codeOf(text) {
      const known = codes.get(text);
      if (known !== undefined) return known;
      codes.set(text, texts.length);
      texts.push(text);
      return texts.length - 1;
    },
    find: (text) => codes.get(text) ?? null,
    textOf: (code) => texts[code] ?? null,
    size: () => texts.length,
  };
}

/** For whole numbers from 1 on that stand for themselves, such as work orders: there are too many to keep as texts. */
export function createNumberDictionary(): Dictionary {
  let size = 1;
  return {
    codeOf(text) {
      const code = Number(text);
      if (code >= size) size = code + 1;
      return code;
    },
    find(text) {
      if (text === '') return 0;
      return /^[1-9]\d*$/.test(text) && Number(text) < size ? Number(text) : null;
    },
    textOf: (code) => (code === 0 ? null : String(code)),
    size: () => size,
  };
}
