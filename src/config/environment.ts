/** Environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The environment of this process: read here and nowhere else, and handed in from here. */
export const environment: Environment = process.env;
