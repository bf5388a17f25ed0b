// Signing in, and who one is.
import { Type, type Static } from 'typebox';
import { ROLES } from '../access.ts';
import { Code } from '../product.ts';
import { Choice, Nullable } from './page.ts';

export const LoginBody = Type.Object({
  email: Type.String({ minLength: 3, maxLength: 200, pattern: '^[^\\u0000]*$' }),
  password: Type.String({ minLength: 1, maxLength: 200 }),
});
export type LoginBody = Static<typeof LoginBody>;

export const RefreshBody = Type.Object({ refreshToken: Type.String({ maxLength: 200 }) });

export const Person = Type.Object({
  id: Type.Integer(),
  email: Type.String(),
  name: Type.String(),
  role: Choice(ROLES),
  regions: Nullable(Type.Array(Type.String())),
  customers: Nullable(Type.Array(Type.String())),
  /** The engineer this person is; their jobs are those of that engineer. */
  engineer: Nullable(Code),
});
export type Person = Static<typeof Person>;

export const Tokens = Type.Object({
  accessToken: Type.String(),
  refreshToken: Type.String(),
  expiresInS: Type.Integer(),
  user: Person,
});
export type Tokens = Static<typeof Tokens>;

export const NewUser = Type.Object({
  email: Type.String({ minLength: 3, maxLength: 200, pattern: '^[^@\\s]+@[^@\\s]+$' }),
  name: Type.String({ minLength: 1, maxLength: 100 }),
  password: Type.String({ minLength: 12, maxLength: 200 }),
  role: Choice(ROLES),
  regions: Type.Optional(Nullable(Type.Array(Type.String()))),
  customers: Type.Optional(Nullable(Type.Array(Type.String()))),
  engineer: Type.Optional(Nullable(Code)),
});
export type NewUser = Static<typeof NewUser>;

/** An account as its administrators see it. */
export const User = Type.Interface([Person], { active: Type.Boolean() });
export type User = Static<typeof User>;

export const UserChanges = Type.Partial(
  Type.Object({
    name: Type.String({ minLength: 1, maxLength: 100 }),
    role: Choice(ROLES),
    active: Type.Boolean(),
    regions: Nullable(Type.Array(Type.String())),
    customers: Nullable(Type.Array(Type.String())),
    engineer: Nullable(Code),
  }),
);
export type UserChanges = Static<typeof UserChanges>;
