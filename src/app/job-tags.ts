/** The tags of the query history that tell a job, and where the launcher of a job says what they are. */
const variables = {job: 'VISMA_JOB_ID', job_run: 'VISMA_JOB_RUN_ID', task: 'VISMA_TASK'} as const;

const lengthMax = 128;

/**
 * The job, its run and its task, for every statement: statements over Thrift are attributed to the warehouse alone.
 * Ids and names of tasks are letters, digits, dots, dashes and underscores; whatever else stands there is none of them.
 */
export function jobTags(environment: Readonly<Record<string, string | undefined>>): Readonly<Record<string, string>> {
  const tags = Object.entries(variables).map(([tag, variable]) => {
    const value = environment[variable]?.trim() ?? '';
    return [tag, value.replace(/[^\w.-]/g, '_').slice(0, lengthMax)] as const;
  });
  return Object.fromEntries(tags.filter(([, value]) => value !== ''));
}
