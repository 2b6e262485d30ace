import {readFileSync, writeFileSync} from 'node:fs';

/*
 * Makes shapes.txt from the vendor's OpenAPI file: `node test/sim/visma/data/make-shapes.ts openapi.json`. One line for
 * each object that a record of the simulator's lists may hold: its name, then `property:type`. Types are s(tring),
 * i(nteger), n(umber), b(oolean), t(ime), v(ersion), u(uid), `e` with its values, the name of another line, and any of
 * them after `[` for an array. `metadata` is no property of a record and left out.
 */
interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly format?: string;
  readonly enum?: readonly string[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
}

const roots = [
  ...['AccountDto', 'SupplierDto', 'CustomerDto', 'SupplierInvoiceDto', 'CustomerInvoiceDto', 'JournalTransactionDto'],
  ...['CreditTermDto', 'EmployeeDto', 'SubAccountDto', 'DtoDimension', 'BranchDto', 'ExtendedOrganizationDto'],
  ...['LedgerDto', 'DepartmentDto', 'CurrencyRateDto', 'PaymentMethodDto', 'VatInformationDto', 'VatCategoryDto'],
  ...['CashAccountDto', 'ProjectDto', 'ProjectBasicDto', 'PurchaseOrderDto', 'PurchaseOrderBasicDto'],
  ...['PurchaseReceiptDto', 'SupplierDocumentDto', 'SupplierPaymentDto', 'CustomerCreditNoteDto'],
  ...['CustomerDebitNoteDto', 'CustomerDocumentDto', 'PaymentDto', 'CashSaleDto', 'CashTransactionDto'],
  ...['ExpenseClaimDto', 'GeneralLedgerTransactionDetailsDto', 'GeneralLedgerBalanceDto', 'BudgetDto'],
  ...['SupplierBalanceV2Dto', 'CustomerBalanceV2Dto', 'LocationDto'],
];

const {schemas} = (
  JSON.parse(readFileSync(process.argv[2] ?? 'openapi.json', 'utf8')) as {
    components: {schemas: Readonly<Record<string, Schema>>};
  }
).components;

const nameOf = ({$ref}: Schema): string | undefined => $ref?.split('/').at(-1);

function typeOf(schema: Schema): string {
  const name = nameOf(schema);
  if (name !== undefined) return name;
  if (schema.type === 'array') return `[${typeOf(schema.items ?? {})}`;
  if (schema.enum) return `e${schema.enum.join('|')}`;
  if (schema.format === 'date-time') return 't';
  if (schema.format === 'byte') return 'v';
  if (schema.format === 'uuid') return 'u';
  return {integer: 'i', number: 'n', boolean: 'b'}[schema.type ?? ''] ?? 's';
}

const lines = new Map<string, string>();

function note(name: string): void {
  if (lines.has(name)) return;
  const properties = Object.entries(schemas[name]?.properties ?? {}).filter(([property]) => property !== 'metadata');
  lines.set(name, [name, ...properties.map(([property, schema]) => `${property}:${typeOf(schema)}`)].join(' '));
  for (const [, schema] of properties) {
    const inner = nameOf(schema) ?? nameOf(schema.items ?? {});
    if (inner !== undefined) note(inner);
  }
}

for (const root of roots) note(root);
writeFileSync(new URL('shapes.txt', import.meta.url), `${[...lines.values()].join('\n')}\n`);
