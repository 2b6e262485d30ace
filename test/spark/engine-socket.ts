import {once} from 'node:events';
import {connect, type Socket} from 'node:net';
import {createInterface} from 'node:readline';
import {SqlError, type SqlErrorOptions} from '../../src/local/sql/sql-error.ts';

/** What the engine answers: of a statement its columns and cells, of a question about a schema whether it is there. */
export interface EngineAnswer {
  readonly columns?: ReadonlyArray<{readonly name: string; readonly type: string}>;
  readonly cells?: ReadonlyArray<ReadonlyArray<string | null>>;
  readonly there?: boolean;
}

interface Message extends EngineAnswer {
  readonly id: number;
  readonly error?: SqlErrorOptions;
}

interface Asked {
  readonly resolve: (answer: EngineAnswer) => void;
  readonly reject: (error: Error) => void;
}

/** A connection to the shared engine: requests and answers as JSON, one a line, told apart by their numbers. */
export class EngineSocket {
  readonly #socket: Socket;
  readonly #asked = new Map<number, Asked>();
  #number = 0;
  #gone = false;

  private constructor(socket: Socket) {
    this.#socket = socket;
    createInterface(socket).on('line', line => this.#answered(JSON.parse(line) as Message));
    socket.on('error', () => undefined);
    socket.once('close', () => {
      this.#gone = true;
      for (const {reject} of this.#asked.values()) reject(new Error('the engine is gone'));
      this.#asked.clear();
    });
  }

  static async connect(file: string): Promise<EngineSocket> {
    const socket = connect(file);
    await once(socket, 'connect');
    return new EngineSocket(socket);
  }

  /** Throws SqlError; once the signal is aborted the engine is told to stop, and says itself that it did. */
  ask(request: object, signal?: AbortSignal): Promise<EngineAnswer> {
    if (this.#gone) return Promise.reject(new Error('the engine is gone'));
    const id = this.#number++;
    const stop = (): void => this.#send({cancel: id});
    const answer = new Promise<EngineAnswer>((resolve, reject) => this.#asked.set(id, {resolve, reject}));
    if (signal?.aborted) stop();
    this.#send({...request, id});
    signal?.addEventListener('abort', stop, {once: true});
    return answer.finally(() => signal?.removeEventListener('abort', stop));
  }

  #send(message: object): void {
    this.#socket.write(`${JSON.stringify(message)}\n`);
  }

  #answered({id, error, ...answer}: Message): void {
    const asked = this.#asked.get(id);
    this.#asked.delete(id);
    if (error) asked?.reject(new SqlError(error));
    else asked?.resolve(answer);
  }

  close(): void {
    this.#socket.destroy();
  }
}
