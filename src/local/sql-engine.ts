import type {Clock} from '../base/clock.ts';
import type {BoundStatement} from './sql/statement.ts';
import type {Answer, Session, VolumeFolder} from './sql/work.ts';

/** What an engine is opened with. */
export interface EngineOptions {
  /** The workspace's own folder, which is there. */
  readonly folder: string;
  readonly catalog: string;
  readonly clock: Clock;
  readonly volumes: VolumeFolder;
  /** How many threads one statement may use; as many as there are processors by default. */
  readonly threads?: number | undefined;
}

/** What the protocols need of an engine: statements, and a little of the catalogue beside them. */
export interface SqlEngine {
  readonly catalog: string;
  readonly volumes: VolumeFolder;
  /** The file or folder that holds the tables. */
  readonly databaseFile: string;
  newSession(chosen?: {catalog?: string | undefined; schema?: string | undefined}): Session;
  /** Runs one statement of a session. Throws SqlError; once the signal is aborted it fails with OPERATION_CANCELED. */
  execute(statement: BoundStatement, session: Session, signal?: AbortSignal): Promise<Answer>;
  hasSchema(name: string): Promise<boolean>;
  /** Creates a volume where its schema is there and it is not; of two that ask at once one has created it. */
  createVolume(volume: {readonly schema: string; readonly name: string}): Promise<VolumeCreation>;
  close(closing?: Closing): Promise<void>;
}

export interface Closing {
  /**
   * Whether the folder is kept, as it is by default: then what only the engine's log holds is written into its file.
   * Where it is removed next, that was time lost.
   */
  readonly kept?: boolean;
}

export type VolumeCreation = 'created' | 'there already' | 'no such schema';
