import sql from '@databricks/sql';
import thrift from 'thrift';
import type {Answer, ProxiedCall} from '../sim/faulty-proxy.ts';

const {TCLIService, TCLIService_types: types} = sql.thrift;

/** An error as the warehouse names it. */
export interface SqlRefusal {
  readonly sqlState: string;
  readonly text: string;
}

/** Two commits to one table met, and ours is the one that has to begin anew. */
export const concurrentWrite: SqlRefusal = {
  sqlState: '2D521',
  text: '[DELTA_CONCURRENT_APPEND.WITHOUT_HINT] Transaction conflict: files were added by a concurrent update.',
};

/** A column was added, or the table's properties were changed, while the statement ran. */
export const metadataChanged: SqlRefusal = {
  sqlState: '2D521',
  text: '[DELTA_METADATA_CHANGED] MetadataChangedException: The metadata of the Delta table has been changed.',
};

/** The answer to this ExecuteStatement: it failed with that, and nothing was done. */
export function refuseStatement({body}: Pick<ProxiedCall, 'body'>, refusal: SqlRefusal): Answer {
  const status = {
    statusCode: types.TStatusCode.ERROR_STATUS,
    sqlState: refusal.sqlState,
    errorMessage: refusal.text,
    displayMessage: refusal.text,
  };
  const service = {
    ExecuteStatement: (_request: object, reply: (error: null, answer: object) => void) => reply(null, {status}),
  };
  const processor = new TCLIService.Processor(service as never);
  let answer: Buffer | undefined;
  const output = new thrift.TBufferedTransport(undefined as never, message => {
    answer = message as Buffer;
  });
  thrift.TBufferedTransport.receiver(
    input => processor.process(new thrift.TBinaryProtocol(input), new thrift.TBinaryProtocol(output)),
    0,
  )(body);
  if (!answer) throw new TypeError('the refusal could not be written');
  return {status: 200, headers: {'content-type': 'application/x-thrift'}, body: answer};
}
