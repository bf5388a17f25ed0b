// The embedded database's files, made durable: as it comes, its build for WebAssembly answers fsync and fdatasync
// without doing them, so a commit would survive a killed process but not a power cut.
import { closeSync, constants, fsyncSync, openSync } from 'node:fs';
import { NodeFS } from '@electric-sql/pglite/nodefs';

/** What is used here of an open file and of the file system that Emscripten lays over Node's. */
interface Stream {
  nfd?: number;
  path: string;
  node: unknown;
  flags: number;
}
interface NodeFiles {
  realPath(node: unknown): string;
  flagsForNode(flags: number): number;
  stream_ops: { open(stream: Stream): void; fsync?: (stream: Stream) => number };
}

type Init = Parameters<NodeFS['init']>;
type Module = NonNullable<Init[1]['preRun']>[number] extends (module: infer M) => void ? M : never;

/** A segment of the write-ahead log, not the file of zeros that becomes one. */
const WAL_SEGMENT = /[\\/]pg_wal[\\/][0-9A-F]{24}$/;

function makeDurable(files: NodeFiles, isDurable: () => boolean): void {
  const { stream_ops: operations } = files;
  const open = operations.open.bind(operations);
  // PostgreSQL flushes the log with fdatasync, which this build leaves out; opened with O_DSYNC, each write of a
  // segment is on the disk when it returns, so a COMMIT is when it is answered.
  operations.open = (stream) => {
    open(stream);
    const path = files.realPath(stream.node);
    if (stream.nfd === undefined || !WAL_SEGMENT.test(path) || !isDurable()) return;
    closeSync(stream.nfd);
    stream.nfd = openSync(path, files.flagsForNode(stream.flags) | constants.O_DSYNC);
  };
  // Checkpoints flush data files with fsync, new and renamed files by fsync of their folder, which has no descriptor.
  operations.fsync = (stream) => {
    if (!isDurable()) return 0;
    if (stream.nfd !== undefined) {
      fsyncSync(stream.nfd);
      return 0;
    }
    const folder = openSync(files.realPath(stream.node), 'r');
    fsyncSync(folder);
    closeSync(folder);
    return 0;
  };
}

export class DurableFiles extends NodeFS {
  private isDurable: boolean;

  /** A new database is created without waiting for the disk: it is flushed as a whole before it is first used. */
  constructor(folder: string, { isDurable }: { isDurable: boolean }) {
    super(folder);
    this.isDurable = isDurable;
  }

  /** From now on as durable as promised; a segment of the log that is open already is not. */
  becomeDurable(): void {
    this.isDurable = true;
  }

  override async init(...[pg, options]: Init): ReturnType<NodeFS['init']> {
    const { emscriptenOpts } = await super.init(pg, options);
    const patch = (module: Module): void => {
      const { filesystems } = module.FS as unknown as { filesystems: { NODEFS: NodeFiles } };
      makeDurable(filesystems.NODEFS, () => this.isDurable);
    };
    return { emscriptenOpts: { ...emscriptenOpts, preRun: [patch, ...(emscriptenOpts.preRun ?? [])] } };
  }
}
