// How a class of telemetry payloads is mended before it is decoded: where the time is and what it counts in, where the
// values are, and what their names and numbers should have been.
import { Type, type Static } from 'typebox';

const Name = Type.String({ minLength: 1, maxLength: 64, pattern: '^[^\\u0000]*$' });
const MOST_NAMES = 200;

export const TIME_UNITS = ['s', 'ms', 'us', 'iso'] as const;

export const PayloadMapping = Type.Object(
  {
    time: Type.Optional(
      Type.Object(
        {
          /** The member that holds the time; left out: `ts`. */
          field: Type.Optional(Name),
          /** What it counts in; a time that is in milliseconds already is left as it is. */
          unit: Type.Optional(Type.Enum([...TIME_UNITS])),
          /** Added to every time: a clock in the wrong zone. */
          offsetMs: Type.Optional(Type.Integer({ minimum: -86_400_000, maximum: 86_400_000 })),
        },
        { additionalProperties: false },
      ),
    ),
    /** The member that holds the values; `.`: they stand beside the time. Left out: `values`. */
    valuesField: Type.Optional(Name),
    drop: Type.Optional(Type.Array(Name, { maxItems: MOST_NAMES })),
    /** Name that is sent -> name of the metric. */
    rename: Type.Optional(Type.Record(Name, Name, { maxProperties: MOST_NAMES })),
    /** Metric -> value x factor + offset. */
    scale: Type.Optional(
      Type.Record(
        Name,
        Type.Object({ factor: Type.Number(), offset: Type.Number() }, { additionalProperties: false }),
        { maxProperties: MOST_NAMES },
      ),
    ),
    /** Values without a value are left out. */
    dropNulls: Type.Optional(Type.Boolean()),
    /** Texts of these metrics that are numbers become numbers. */
    numbers: Type.Optional(Type.Array(Name, { maxItems: MOST_NAMES })),
  },
  { additionalProperties: false },
);
export type PayloadMapping = Static<typeof PayloadMapping>;

export const isEmptyMapping = (mapping: PayloadMapping): boolean => Object.keys(mapping).length === 0;
