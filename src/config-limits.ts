// Makes settings of a room's limits: one variable for each limit, with the default that it has in the room.
import { Type } from 'typebox';

interface LimitSetting {
  env: `STETHOS_${string}`;
  description: string;
  unit: string;
  minimum: number;
  maximum: number;
}

export type LimitSettings<Limits> = Record<keyof Limits & string, LimitSetting>;

const limit = (setting: LimitSetting, standard: number) => Type.Integer({ ...setting, default: standard });

type Limit = ReturnType<typeof limit>;

export function limitSettings<Limits extends Record<keyof Limits, number>>(
  settings: LimitSettings<Limits>,
  defaults: Limits,
) {
  const names = Object.keys(settings) as (keyof Limits & string)[];
  const properties = Object.fromEntries(names.map((name) => [name, limit(settings[name], defaults[name])]));
  return Type.Object(properties as Record<keyof Limits & string, Limit>);
}
