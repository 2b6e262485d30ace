import {complete, placeOf} from '../data/filler.ts';
import type {Derived, Making} from '../endpoint.ts';
import {type Entity, type Exact, entitiesIn, exact, type Json, numberText} from '../exact.ts';
import {isTrue} from '../filters.ts';
import {plainText, scaled} from '../money.ts';

/** The lines of journal batches, flat: those that are posted, and others only where they are asked for. */
export const ledgerTransactions: Derived = {
  from: ['journaltransaction', 'account', 'ledger'],
  by: ['ledger', 'includeUnposted', 'includeUnreleased', 'includeTransactionBalance'],
  make: making => {
    const wanted = wantedLedger(making);
    const accounts = new Map(making.lookUp('account').map(account => [account['accountCD'], account]));
    const transactions = making
      .rows('journaltransaction')
      .filter(batch => isShown(batch, making.query) && (wanted === undefined || batch['ledger'] === wanted))
      .flatMap(batch =>
        entitiesIn(batch['journalTransactionLines']).map(line => transactionOf({batch, line}, accounts)),
      );
    return isTrue(making.query.get('includeTransactionBalance') ?? undefined) ? balanced(transactions) : transactions;
  },
};

/** The number of the ledger that is asked for; undefined for all of them. */
function wantedLedger({query, lookUp, behaviour}: Making): string | undefined {
  const asked = query.get('ledger');
  if (asked === null) return undefined;
  const ledger = lookUp('ledger').find(each => String(each[behaviour.ledgerNamedBy]) === asked);
  return ledger ? String(ledger['number']) : `no ledger ${asked}`;
}

function isShown({status}: Entity, query: URLSearchParams): boolean {
  if (status === 'Posted') return true;
  const flag = status === 'Unposted' ? 'includeUnposted' : 'includeUnreleased';
  return isTrue(query.get(flag) ?? undefined);
}

function transactionOf(
  {batch, line}: {batch: Entity; line: Entity},
  accounts: ReadonlyMap<Json | undefined, Entity>,
): Entity {
  const {subaccountNumber = null} = (line['subaccount'] ?? {}) as Entity;
  const name = `${String(batch['module'])} ${String(batch['batchNumber'])} ${String(line['lineNumber'])}`;
  return complete('GeneralLedgerTransactionDetailsDto', placeOf(name), {
    lineNumber: line['lineNumber'],
    module: String(batch['module']).replace(/^Module/, ''),
    batchNumber: batch['batchNumber'],
    tranDate: batch['transactionDate'],
    period: batch['financialPeriod'],
    description: line['transactionDescription'] ?? null,
    refNumber: line['referenceNumber'] ?? null,
    branch: {number: line['branch'] ?? batch['branch'] ?? '1', name: 'Huvudkontor'},
    account: accountOf(line, accounts.get(line['accountNumber'])),
    ledger: {id: batch['ledger'], description: batch['ledgerDescription'] ?? null},
    subaccount: subaccountNumber,
    begBalance: null,
    debitAmount: line['debitAmount'],
    creditAmount: line['creditAmount'],
    endingBalance: null,
    currency: batch['currencyId'],
    currBegBalance: null,
    currDebitAmount: line['debitAmountInCurrency'],
    currCreditAmount: line['creditAmountInCurrency'],
    currEndingBalance: null,
    lastModifiedDateTime: batch['lastModifiedDateTime'],
    errorInfo: null,
  });
}

/** An account as lines of the ledger name it; one that was renamed since is known by its number alone. */
export function accountOf(line: Entity, account: Entity | undefined): Entity {
  const code = String(line['accountNumber']);
  return {
    type: account?.['type'] ?? null,
    externalCode1: code.slice(0, 2),
    externalCode2: '',
    externalCode1Info: {number: code.slice(0, 2), description: account?.['description'] ?? null},
    externalCode2Info: null,
    glConsolAccountCD: null,
    number: code,
    description: line['description'] ?? account?.['description'] ?? null,
  };
}

const scale = 18;
const wholeOf = (value: Json | undefined): bigint => scaled(numberText(value) ?? '0', scale);
const numberOf = (value: bigint): Exact => exact(plainText(value, scale));

/** The account's balance before and after each line, in the order of the list. */
function balanced(transactions: readonly Entity[]): readonly Entity[] {
  const balances = new Map<string, readonly [bigint, bigint]>();
  return transactions.map(line => {
    const account = String((line['account'] as Entity)['number']);
    const [begun, begunInCurrency] = balances.get(account) ?? [0n, 0n];
    const ended = begun + wholeOf(line['debitAmount']) - wholeOf(line['creditAmount']);
    const endedInCurrency = begunInCurrency + wholeOf(line['currDebitAmount']) - wholeOf(line['currCreditAmount']);
    balances.set(account, [ended, endedInCurrency]);
    return {
      ...line,
      begBalance: numberOf(begun),
      endingBalance: numberOf(ended),
      currBegBalance: numberOf(begunInCurrency),
      currEndingBalance: numberOf(endedInCurrency),
    };
  });
}
