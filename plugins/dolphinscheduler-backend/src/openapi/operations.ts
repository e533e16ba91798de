import type { z } from 'zod';
import type { ZodTypeAny as Answer } from 'zod/v3';
import * as answers from '../answers';
import * as requests from '../requests';

/** Who may send a request: users, anybody, or who knows an instance's alert secret. */
export type Caller = 'user' | 'anybody' | 'alert';

/** A route, as others need to know it. */
export interface Operation {
  readonly method: 'get' | 'post';
  /** As express writes it. */
  readonly path: string;
  readonly id: string;
  readonly summary: string;
  /** Default `user`. */
  readonly caller?: Caller;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
  /** Absent: it answers 204, unless `text` says otherwise. */
  readonly answer?: Answer;
  /** It answers plain text. */
  readonly text?: boolean;
}

const WORKFLOW = '/v1/workflows/:instance/:project/:code';
const RUN = `${WORKFLOW}/runs/:run`;

/** All routes. */
export const operations: readonly Operation[] = [
  {
    method: 'get',
    path: '/v1/health',
    id: 'getHealth',
    summary: 'Whether the DolphinScheduler instances answer',
    caller: 'anybody',
    answer: answers.health,
  },
  {
    method: 'get',
    path: '/v1/openapi.json',
    id: 'getOpenApi',
    summary: 'This document',
    answer: answers.anything,
  },
  {
    method: 'post',
    path: '/v1/alerts/:instance',
    id: 'postAlert',
    summary:
      "Takes an alert of DolphinScheduler's webhook; owners are notified of runs that have really failed",
    caller: 'alert',
    body: requests.alert,
    answer: answers.alertAnswer,
  },
  {
    method: 'get',
    path: '/v1/workflows',
    id: 'listWorkflows',
    summary: 'The workflows that the caller may see; all filters that are given must fit',
    query: requests.list,
    answer: answers.workflowList,
  },
  {
    method: 'get',
    path: '/v1/schedule/preview',
    id: 'previewSchedule',
    summary: 'When a schedule would fire next',
    query: requests.schedulePreview,
    answer: answers.backfillTimes,
  },
  {
    method: 'get',
    path: '/v1/connections',
    id: 'listConnections',
    summary: 'Names of connections and data sources that tasks can work on, for forms to offer',
    query: requests.ofInstance,
    answer: answers.knownConnections,
  },
  {
    method: 'get',
    path: WORKFLOW,
    id: 'getWorkflow',
    summary: 'One workflow, with its graph, parameters and what the caller may do',
    answer: answers.workflowDetail,
  },
  {
    method: 'get',
    path: `${WORKFLOW}/versions`,
    id: 'listVersions',
    summary: "A workflow definition's versions",
    answer: answers.versionList,
  },
  {
    method: 'get',
    path: `${WORKFLOW}/drift`,
    id: 'listDrift',
    summary: 'What somebody has edited in DolphinScheduler since it was applied',
    answer: answers.driftList,
  },
  {
    method: 'get',
    path: `${WORKFLOW}/runs`,
    id: 'listRuns',
    summary: 'The runs that started last, newest first',
    query: requests.runs,
    answer: answers.runList,
  },
  {
    method: 'get',
    path: RUN,
    id: 'getRun',
    summary: 'One run, with its tasks',
    answer: answers.runDetail,
  },
  {
    method: 'get',
    path: `${RUN}/tasks/:task/log`,
    id: 'readLog',
    summary: "A piece of a task's log",
    query: requests.log,
    answer: answers.logPiece,
  },
  {
    method: 'get',
    path: `${RUN}/tasks/:task/log/download`,
    id: 'downloadLog',
    summary: "A task's whole log, as a file",
    text: true,
  },
  {
    method: 'post',
    path: `${WORKFLOW}/runs`,
    id: 'startWorkflow',
    summary: 'Starts a workflow',
    body: requests.start,
    answer: answers.startAnswer,
  },
  {
    method: 'post',
    path: `${RUN}/:verb`,
    id: 'controlRun',
    summary: 'Pauses, resumes, stops, repeats or recovers a run; accepted is not done',
  },
  {
    method: 'post',
    path: `${WORKFLOW}/backfill`,
    id: 'backfill',
    summary: 'Runs a workflow for times that are past',
    body: requests.backfill,
    answer: answers.backfillAnswer,
  },
  {
    method: 'post',
    path: `${WORKFLOW}/backfill/preview`,
    id: 'previewBackfill',
    summary: 'For which times a backfill would run',
    body: requests.backfill,
    answer: answers.backfillTimes,
  },
  {
    method: 'post',
    path: `${WORKFLOW}/schedule/pause`,
    id: 'pauseSchedule',
    summary: "Pauses a workflow's schedule",
  },
  {
    method: 'post',
    path: `${WORKFLOW}/schedule/resume`,
    id: 'resumeSchedule',
    summary: "Lets a workflow's schedule go on",
  },
];
