// A growing column of small whole numbers that takes one, two or four bytes each, as the largest of them needs.

export type Codes = Uint8Array | Uint16Array | Uint32Array;

const FIRST_CAPACITY = 256;

export interface CodeColumn {
  readonly codes: Codes;
  push(code: number): void;
  /** Adds many, each as what `codeOf` has for it. */
  append(codes: Codes, codeOf: Uint32Array): void;
}

export const widthFor = (code: number): 1 | 2 | 4 => (code < 0x100 ? 1 : code < 0x1_0000 ? 2 : 4);

export function allocateCodes(width: number, capacity: number): Codes {
  if (width === 1) return new Uint8Array(capacity);
  return width === 2 ? new Uint16Array(capacity) : new Uint32Array(capacity);
}

export function createCodeColumn(): CodeColumn {
  let codes: Codes = new Uint8Array(FIRST_CAPACITY);
  let length = 0;
  const move = (width: number, capacity: number): void => {
    const wider = allocateCodes(width, capacity);
    wider.set(codes.subarray(0, length));
    codes = wider;
  };
  return {
    get codes() {
      return codes;
    },
    push(code) {
      const width = Math.max(codes.BYTES_PER_ELEMENT, widthFor(code));
      if (width > codes.BYTES_PER_ELEMENT) move(width, codes.length);
      if (length === codes.length) move(width, length * 2);
      codes[length] = code;
      length += 1;
    },
    append(added, codeOf) {
      const largest = codeOf.reduce((most, code) => Math.max(most, code), 0);
      const width = Math.max(codes.BYTES_PER_ELEMENT, widthFor(largest));
      const needed = length + added.length;
      if (width > codes.BYTES_PER_ELEMENT || needed > codes.length) move(width, Math.max(codes.length, needed));
      for (let i = 0; i < added.length; i += 1) codes[length + i] = codeOf[added[i] as number] as number;
      length = needed;
    },
  };
}
