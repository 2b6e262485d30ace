import {SyncError} from '../base/errors.ts';
import {strayEnds} from '../base/stray-ends.ts';

type Environment = Readonly<Record<string, string | undefined>>;

interface CredentialSet {
  /** How unified auth names it when it finds several. */
  readonly method: string;
  /** The value of DATABRICKS_AUTH_TYPE that selects it. */
  readonly authType: string;
  readonly variables: readonly string[];
}

/** The ways to log in that unified auth takes from the environment or a profile. */
const sets: readonly CredentialSet[] = [
  {method: 'pat', authType: 'pat', variables: ['DATABRICKS_TOKEN']},
  {method: 'basic', authType: 'basic', variables: ['DATABRICKS_USERNAME', 'DATABRICKS_PASSWORD']},
  {method: 'oauth', authType: 'oauth-m2m', variables: ['DATABRICKS_CLIENT_ID', 'DATABRICKS_CLIENT_SECRET']},
  {
    method: 'azure',
    authType: 'azure-client-secret',
    variables: ['ARM_CLIENT_ID', 'ARM_CLIENT_SECRET', 'ARM_TENANT_ID', 'ARM_USE_MSI', 'DATABRICKS_AZURE_RESOURCE_ID'],
  },
  {
    method: 'google',
    authType: 'google-credentials',
    variables: ['DATABRICKS_GOOGLE_SERVICE_ACCOUNT', 'GOOGLE_CREDENTIALS'],
  },
];

/**
 * The error for several sets of credentials at once, read from what unified auth says of them; undefined if it says
 * something else. None is chosen: the wrong one would act in somebody else's name.
 */
export function severalSets(said: string, {environment, host}: {environment: Environment; host: string}) {
  const methods = /more than one authorization method configured: ([a-z]+(?: and [a-z]+)+)/.exec(said)?.[1];
  const found = sets.filter(({method}) => methods?.split(' and ').includes(method));
  if (found.length < 2) return undefined;
  const named = found.map(({authType, variables}) => `${authType} (${sourceOf(variables, environment)})`);
  const types = found.map(({authType}) => authType);
  return new SyncError('credentials', `several sets of credentials are set for the workspace: ${named.join(' and ')}`, {
    hint:
      'None of them is used, so that nobody else is acted for. databricks.client_id and databricks.client_secret in ' +
      'the configuration file win over all of them; or set DATABRICKS_AUTH_TYPE to the one that wins, ' +
      `${types.join(' or ')}; or unset the others.`,
    facts: {host, sets: types.join(', ')},
  });
}

function sourceOf(variables: readonly string[], environment: Environment): string {
  const present = variables.filter(name => environment[name] !== undefined && environment[name] !== '');
  return present.length > 0 ? present.join(', ') : 'from the profile file';
}

const credentialVariables = [
  'DATABRICKS_TOKEN',
  'DATABRICKS_CLIENT_ID',
  'DATABRICKS_CLIENT_SECRET',
  'ARM_CLIENT_ID',
  'ARM_CLIENT_SECRET',
];

/** @throws SyncError `configuration` for a variable that has a line break, a space or a byte-order mark around it */
export function checkEnds(environment: Environment): void {
  for (const name of credentialVariables) {
    const stray = strayEnds(environment[name] ?? '');
    if (stray === undefined || environment[name]?.trim() === '') continue;
    throw new SyncError('configuration', `the environment variable ${name} ${stray}`, {
      hint: `It came with the value when that was stored: store ${name} again without it (printf %s, not echo).`,
      facts: {variable: name},
    });
  }
}
