import type {Request} from '../app/app.ts';
import {Secret} from '../base/secret.ts';
import {type Environment, readConfig} from '../config/config.ts';

const secretName = /(?:SECRET|TOKEN|PASSWORD|SALT)$/i;

/** Variables whose names say that they hold a secret: unified auth reads such beside the configuration. */
export function secretsAmong(environment: Environment): readonly Secret[] {
  return Object.entries(environment).flatMap(([name, value = '']) => {
    if (/^https?_proxy$/i.test(name)) return passwordsIn(value);
    return value !== '' && secretName.test(name) ? [new Secret(value)] : [];
  });
}

/** The password in the address of a proxy, as it is written there and as it is meant. */
function passwordsIn(address: string): readonly Secret[] {
  const written = /^(?:[a-z][a-z\d+.-]*:\/\/)?[^:@/]*:([^@/]+)@/i.exec(address)?.[1];
  if (written === undefined) return [];
  return [written, decoded(written)].map(text => new Secret(text));
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The secrets that the configuration holds; none where it cannot be read, which the run itself will say. */
export function secretsOf({configPath, local}: Request, environment: Environment): readonly Secret[] {
  try {
    return readConfig({path: configPath, environment, local: local !== undefined}).secrets;
  } catch {
    return [];
  }
}
