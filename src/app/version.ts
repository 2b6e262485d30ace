import {createRequire} from 'node:module';

declare const BUNDLED_VERSION: string | undefined;

/** The version in package.json; the build writes it into the bundled file. */
export const version: string =
  typeof BUNDLED_VERSION === 'string'
    ? BUNDLED_VERSION
    : (createRequire(import.meta.url)('../../package.json') as {version: string}).version;
