import assert from 'node:assert/strict';
import test from 'node:test';
import {jobTags} from '../../src/app/job-tags.ts';

test('the job, its run and its task are tags of every statement, where the environment tells them', () => {
  const environment = {VISMA_JOB_ID: '620', VISMA_JOB_RUN_ID: '99 ', VISMA_TASK: 'visma_sync'};
  assert.deepEqual(jobTags(environment), {job: '620', job_run: '99', task: 'visma_sync'});
  assert.deepEqual(jobTags({VISMA_JOB_ID: '', VISMA_TASK: ' ', OTHER: 'x'}), {});
});

test('what could be no id is made one: a tag holds nothing that has to be escaped', () => {
  const environment = {VISMA_JOB_ID: "{{job.id}}', \\x:1\n", VISMA_TASK: 'å'.repeat(500)};
  const tags = jobTags(environment);
  assert.equal(tags['job'], '__job.id______x_1');
  assert.equal(tags['task'], '_'.repeat(128));
});
