// What a database is and can do: the difference between the editions, as the rooms see it.

export interface Edition {
  readonly kind: 'embedded' | 'server';
  readonly license: 'apache' | 'timescale';
  readonly postgresVersion: string;
  readonly timescaleVersion: string;
  readonly continuousAggregates: boolean;
  readonly compression: boolean;
}
