// COPY ... FROM STDIN over one connection, as psql does it: the fastest way a row gets into a table.
import pg from 'pg';

const CHUNK_BYTES = 64 * 1024;

interface CopyConnection {
  query(text: string): void;
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
}

/** What `pg` calls back on a query object of one's own. */
function copyQuery(text: string, body: Buffer, settle: (error?: Error) => void) {
  return {
    submit: (connection: CopyConnection) => connection.query(text),
    handleCopyInResponse(connection: CopyConnection) {
      for (let at = 0; at < body.length; at += CHUNK_BYTES)
        connection.sendCopyFromChunk(body.subarray(at, at + CHUNK_BYTES));
      connection.endCopyFrom();
    },
    handleCommandComplete() {},
    handleError: (error: Error) => settle(error),
    handleReadyForQuery: () => settle(),
  };
}

export async function copyIn(url: string, text: string, body: Buffer): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await copyOn(client, text, body);
  await client.end();
}

export const copyOn = (client: pg.Client, text: string, body: Buffer): Promise<void> =>
  new Promise<void>((resolve, reject) => {
    client.query(copyQuery(text, body, (error) => (error ? reject(error) : resolve())) as unknown as pg.Submittable);
  });
