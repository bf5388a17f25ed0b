// The mapping of a recorded table: which column is the time, which the device, which metric each other column becomes.
import { Type, type Static } from 'typebox';
import { Code } from './product.ts';

const Column = Type.String({ minLength: 1, maxLength: 200 });

export const RecordingMap = Type.Object(
  {
    /** Times without an offset are read as UTC: `2015-01-01 06:00:00`, ISO 8601, or epoch milliseconds. */
    time: Type.Object({ column: Column }, { additionalProperties: false }),
    device: Type.Union([
      Type.Object({ column: Column, prefix: Type.String({ maxLength: 64 }) }, { additionalProperties: false }),
      Type.Object({ id: Code }, { additionalProperties: false }),
    ]),
    /** Column -> metric code; columns that are not named are left out. */
    metrics: Type.Record(Type.String({ minLength: 1, maxLength: 200 }), Code, { minProperties: 1, maxProperties: 500 }),
  },
  { additionalProperties: false },
);
export type RecordingMap = Static<typeof RecordingMap>;
