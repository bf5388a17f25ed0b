// The shape of a dictionary: English sets it, every other language must have the same keys (a missing one is a type
// error). A word with a number or a name in it is a function.
import type { en } from './en.ts';

type Shape<T> = T extends (...args: infer A) => string
  ? (...args: A) => string
  : T extends string
    ? string
    : { readonly [K in keyof T]: Shape<T[K]> };

export type Words = Shape<typeof en>;
