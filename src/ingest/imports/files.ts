// Uploaded files and how far they are brought in, in the tables `import_file` and `import_chunk`. A file is worked on by
// whoever holds its claim; the claim of a process that died runs out.
import type { RecordingMap } from '../../contracts/recording-map.ts';
import type { Database } from '../../db/database.ts';
import type { Checkpoint } from './checkpoint.ts';

export interface ImportFile {
  importId: number;
  lines: number;
  map: RecordingMap | null;
  checkpoint: Checkpoint | null;
}

interface Row {
  import_id: bigint;
  lines: bigint;
  map: RecordingMap | null;
  checkpoint: Checkpoint | null;
}

/** A claim not renewed for so long is somebody's who died. */
const CLAIM_S = 30;
const COLUMNS = 'f.import_id, f.lines, f.map, f.checkpoint';

const toFile = (row: Row): ImportFile => ({
  importId: Number(row.import_id),
  lines: Number(row.lines),
  map: row.map,
  checkpoint: row.checkpoint,
});

export type ImportFiles = ReturnType<typeof importFiles>;

export function importFiles(database: Database) {
  return {
    addChunk: async (id: number, number: number, bytes: Buffer): Promise<void> =>
      void (await database.query('INSERT INTO import_chunk (import_id, number, bytes) VALUES ($1, $2, $3)', [
        id,
        number,
        bytes,
      ])),

    /** The upload is complete. */
    add: async (id: number, { bytes, lines }: { bytes: number; lines: number }): Promise<void> =>
      void (await database.query('INSERT INTO import_file (import_id, bytes, lines) VALUES ($1, $2, $3)', [
        id,
        bytes,
        lines,
      ])),

    async find(id: number): Promise<ImportFile | null> {
      const { rows } = await database.query<Row>(`SELECT ${COLUMNS} FROM import_file f WHERE f.import_id = $1`, [id]);
      return rows[0] ? toFile(rows[0]) : null;
    },

    /** The bytes, one piece in memory at a time. */
    async *chunks(id: number): AsyncGenerator<Buffer> {
      for (let number = 0; ; number++) {
        const { rows } = await database.query<{ bytes: Buffer }>(
          'SELECT bytes FROM import_chunk WHERE import_id = $1 AND number = $2',
          [id, number],
        );
        if (!rows[0]) return;
        yield rows[0].bytes;
      }
    },

    setMap: async (id: number, map: RecordingMap): Promise<void> =>
      void (await database.query('UPDATE import_file SET map = $2 WHERE import_id = $1', [id, JSON.stringify(map)])),

    /** The oldest running file nobody works on, now claimed for `worker`. */
    async claim(worker: string): Promise<ImportFile | null> {
      const { rows } = await database.query<Row>(
        `UPDATE import_file f SET claimed_by = $1, claimed_until = clock_timestamp() + ${CLAIM_S} * interval '1 second'
         WHERE f.import_id = (
           SELECT c.import_id FROM import_file c JOIN import_run r ON r.id = c.import_id
           WHERE r.state = 'running' AND (c.claimed_until IS NULL OR c.claimed_until < clock_timestamp())
           ORDER BY c.import_id LIMIT 1 FOR UPDATE OF c SKIP LOCKED)
         RETURNING ${COLUMNS}`,
        [worker],
      );
      return rows[0] ? toFile(rows[0]) : null;
    },

    /** False: it was cancelled, or somebody else holds it by now. */
    async checkpoint(id: number, worker: string, point: Checkpoint): Promise<boolean> {
      const { rowCount } = await database.query(
        `UPDATE import_file f
         SET checkpoint = $3, claimed_until = clock_timestamp() + ${CLAIM_S} * interval '1 second'
         FROM import_run r
         WHERE f.import_id = $1 AND f.claimed_by = $2 AND r.id = f.import_id AND r.state = 'running'`,
        [id, worker, JSON.stringify(point)],
      );
      return rowCount > 0;
    },

    release: async (id: number, worker: string): Promise<void> =>
      void (await database.query(
        'UPDATE import_file SET claimed_by = NULL, claimed_until = NULL WHERE import_id = $1 AND claimed_by = $2',
        [id, worker],
      )),

    dropChunks: async (id: number): Promise<void> =>
      void (await database.query('DELETE FROM import_chunk WHERE import_id = $1', [id])),
  };
}

/** Bytes of imports that ended, or were left lying, before `before`; the import and its report stay. */
export async function purgeImportFiles(database: Database, before: Date): Promise<number> {
  const { rowCount } = await database.query(
    `DELETE FROM import_chunk c USING import_run r
     WHERE r.id = c.import_id AND r.state <> 'running' AND r.updated_at < $1`,
    [before],
  );
  return rowCount;
}
