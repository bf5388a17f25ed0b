// The database of a benchmark: `--database embedded`, or the server that DATABASE_URL names.

/** Child processes and test support read the server's address from TEST_DATABASE_URL. */
export function chooseDatabase(wanted: string | undefined): void {
  const { DATABASE_URL: url } = process.env;
  if (url && wanted !== 'embedded') process.env.TEST_DATABASE_URL = url;
  else delete process.env.TEST_DATABASE_URL;
}
