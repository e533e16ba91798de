import type { ServerLine } from '@dolphinstage/dolphinscheduler-client';
import { endpointsOf, faultOf, findEndpoint } from './endpoints';

describe('the endpoint lists', () => {
  it.each<[ServerLine, number]>([
    ['3.1', 240],
    ['3.2', 230],
    ['3.4', 230],
  ])('of %s are read whole', (line, least) => {
    const endpoints = endpointsOf(line);
    expect(endpoints.length).toBeGreaterThan(least);
    for (const { parameters } of endpoints) {
      const names = parameters.map(({ name }) => name);
      expect(names).toEqual([...new Set(names)]);
    }
  });

  it('know what is required', () => {
    const start = findEndpoint('3.4', 'POST', '/projects/1/executors/start-workflow-instance')!;
    const required = start.parameters.filter(each => each.required).map(({ name }) => name);
    expect(required).toEqual([
      'workflowDefinitionCode',
      'scheduleTime',
      'failureStrategy',
      'warningType',
    ]);
    const create = findEndpoint('3.1', 'POST', '/projects/1/process-definition')!;
    const needed = create.parameters.filter(each => each.required).map(({ name }) => name);
    expect(needed).toEqual(['name', 'tenantCode', 'taskRelationJson', 'taskDefinitionJson']);
  });

  it('prefer the name to the variable', () => {
    expect(findEndpoint('3.4', 'GET', '/monitor/databases')!.path).toBe('/monitor/databases');
    expect(findEndpoint('3.4', 'GET', '/monitor/MASTER')!.path).toBe('/monitor/{nodeType}');
  });

  it.each([
    [
      'an endpoint that is not there',
      'GET',
      '/projects/1/process-definition',
      [],
      'no such endpoint',
    ],
    ['a parameter that is not there', 'GET', '/queues/list', ['all'], 'no parameter all'],
    ['a required one that is not sent', 'POST', '/queues', ['queue'], 'lacks queueName'],
  ])('find %s', (_, method, path, names, fault) => {
    expect(faultOf('3.4', { method, path, names })).toContain(fault);
  });
});
