import type {Request} from '../app/app.ts';
import {Secret} from '../base/secret.ts';
import {type Environment, readConfig} from '../config/config.ts';

const secretName = /(?:SECRET|TOKEN|PASSWORD|SALT)$/i;

/** Variables whose names say that they hold a secret: unified auth reads such beside the configuration. */
export function secretsAmong(environment: Environment): readonly Secret[] {
  return Object.entries(environment).flatMap(([name, value]) =>
    value !== undefined && secretName.test(name) ? [new Secret(value)] : [],
  );
}

/** The secrets that the configuration holds; none where it cannot be read, which the run itself will say. */
export function secretsOf({configPath, local}: Request, environment: Environment): readonly Secret[] {
  try {
    return readConfig({path: configPath, environment, local: local !== undefined}).secrets;
  } catch {
    return [];
  }
}
