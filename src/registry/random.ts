// Where chance comes from: handed in, so that a test with a seed gives the same run twice.

export type RandomBytes = (size: number) => Buffer;
