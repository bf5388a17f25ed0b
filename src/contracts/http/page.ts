// What every list and every view shares: pages by cursor, times, named references.
import { Type, type Static, type TSchema } from 'typebox';
import { Text } from '../text.ts';
import { Code } from '../product.ts';

/** The format alone takes leap seconds, which no clock here has, and the year 0, which the database has not. */
export const INSTANT_PATTERN = '^[1-9]\\d{3}-\\d\\d-\\d\\d[Tt ]\\d\\d:\\d\\d:[0-5]\\d';
export const DAY_PATTERN = '^[1-9]\\d{3}-';
/** ISO 8601 with offset; answers are always UTC. */
export const Instant = Type.String({ format: 'date-time', pattern: INSTANT_PATTERN });
export const Day = Type.String({ format: 'date', pattern: DAY_PATTERN });
/** A day that says in the API's description which one it is. */
export const DayTold = (description: string) => Type.String({ format: 'date', pattern: DAY_PATTERN, description });
export const Nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
/** One of these words; an OpenAPI enum. */
export const Choice = <const V extends string>(values: readonly V[]) => Type.Enum([...values]);

export const PageQuery = Type.Object({
  cursor: Type.Optional(Type.String({ maxLength: 200 })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500, default: 100 })),
});
export type PageQuery = Static<typeof PageQuery>;

export interface Page<T> {
  items: T[];
  /** Cursor of the next page, `null` at the end. */
  next: string | null;
}
export const PageOf = <T extends TSchema>(item: T) =>
  Type.Object({ items: Type.Array(item), next: Nullable(Type.String()) });

/** A coded thing with its name, as lists and views mention it. */
export const Named = Type.Object({ code: Code, name: Text });
export type Named = Static<typeof Named>;
