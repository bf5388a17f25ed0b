// Checks requests against their schemas. Bodies are taken as they are: nothing is converted (null never becomes 0) and
// a property that is not in the schema is refused. Queries and path parameters are text, read strictly into their type.
import type { FastifySchemaCompiler, FastifySchemaValidationError } from 'fastify';
import type { TSchema } from 'typebox';
import { Compile } from 'typebox/compile';

interface ObjectSchema {
  properties?: Record<string, PropertySchema>;
}
interface PropertySchema {
  type?: string;
  default?: unknown;
}

export const schemaCompiler: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
  const check = Compile(schema);
  return (value: unknown): { value: unknown } | { error: FastifySchemaValidationError[] } => {
    const taken = httpPart === 'body' ? value : readText(schema as ObjectSchema, value);
    if (!check.Check(taken)) return { error: check.Errors(taken) as FastifySchemaValidationError[] };
    const unstorable = unstorableTextIn(taken);
    return unstorable === null ? { value: taken } : { error: [unstorable] };
  };
};

/** `"12"` to 12 and `"true"` to true where the schema wants them; anything else stays text and fails its check. */
function readText(schema: ObjectSchema, value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const read: Record<string, unknown> = { ...value };
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    const text = read[name];
    if (text === undefined) {
      if (property.default !== undefined) read[name] = property.default;
    } else if (typeof text === 'string') {
      read[name] = readAs(property.type, text);
    }
  }
  return read;
}

function readAs(type: string | undefined, text: string): unknown {
  if ((type === 'integer' || type === 'number') && /^-?\d+(\.\d+)?$/.test(text)) return Number(text);
  if (type === 'boolean' && (text === 'true' || text === 'false')) return text === 'true';
  return text;
}

/** NUL and lone surrogates are JSON but no text a database takes; they are refused here, by name. */
const UNSTORABLE = /\0|\p{Surrogate}/u;

function unstorableTextIn(value: unknown, path = ''): FastifySchemaValidationError | null {
  if (typeof value === 'string') {
    if (!UNSTORABLE.test(value)) return null;
    return { ...error(path), message: 'must not hold NUL or half a surrogate pair' };
  }
  if (typeof value !== 'object' || value === null) return null;
  for (const [key, child] of Object.entries(value)) {
    if (UNSTORABLE.test(key)) return { ...error(path), message: 'must not have such a property name' };
    const found = unstorableTextIn(child, `${path}/${key}`);
    if (found) return found;
  }
  return null;
}

const error = (instancePath: string): FastifySchemaValidationError => ({
  keyword: 'text',
  schemaPath: '#',
  instancePath,
  params: {},
});

/** The same schema with every object refusing properties it does not name, all the way down. */
export function closed<T>(schema: T): T {
  if (Array.isArray(schema)) return schema.map(closed) as T;
  if (typeof schema !== 'object' || schema === null) return schema;
  const copy = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, closed(value)]));
  if (copy.type === 'object' && copy.properties !== undefined && copy.additionalProperties === undefined) {
    copy.additionalProperties = false;
  }
  return copy as T;
}
