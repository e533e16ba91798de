import {
  QueryBuilder,
  RuleBuilder,
  type Rule as GrafanaRule,
} from '@grafana/grafana-foundation-sdk/alerting';
import { TypeMathBuilder } from '@grafana/grafana-foundation-sdk/expr';
import { DataqueryBuilder } from '@grafana/grafana-foundation-sdk/prometheus';
import type { Rule, RulesFile } from '../prometheus/rules';
import { datasource, DATASOURCE_UID } from './datasource';

const EXPRESSION = '__expr__';
/** Seconds that a query may look back; instant queries look at now. */
const LOOK_BACK = 600;

/**
 * Prometheus' template as Grafana's. With dots, not `$labels`: Grafana puts variables of its environment for what
 * begins with a dollar sign in these files, in some versions here too.
 */
const template = (text: string): string =>
  text.replaceAll('$labels.', '.Labels.').replaceAll('$value', '.Values.A.Value');

/** `DataQualityBreakerOpen` as `data-quality-breaker-open`; Grafana takes 40 characters. */
const uidOf = (alert: string): string =>
  alert.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`).slice(1);

/**
 * A comparison of PromQL gives the series for which it holds, with the value that was compared, which may be 0.
 * Grafana takes any number but 0 as firing: hence `is_number`.
 */
function rule({
  alert = '',
  expr,
  for: pause = '0s',
  labels = {},
  annotations = {},
}: Rule): GrafanaRule {
  return (
    new RuleBuilder(alert)
      .uid(uidOf(alert))
      .condition('B')
      .withQuery(
        new QueryBuilder('A')
          .datasourceUid(DATASOURCE_UID)
          .relativeTimeRange({ from: LOOK_BACK, to: 0 })
          .model(new DataqueryBuilder().refId('A').datasource(datasource).expr(expr).instant()),
      )
      .withQuery(
        new QueryBuilder('B')
          .datasourceUid(EXPRESSION)
          .relativeTimeRange({ from: LOOK_BACK, to: 0 })
          .model(
            new TypeMathBuilder()
              .refId('B')
              .datasource({ type: EXPRESSION, uid: EXPRESSION })
              .expression('is_number($A)'),
          ),
      )
      .forDuration(pause)
      // No series is what a comparison gives when all is well.
      .noDataState('OK')
      .execErrState('Error')
      .labels(labels)
      .annotations(
        Object.fromEntries(Object.entries(annotations).map(([key, text]) => [key, template(text)])),
      )
      .build()
  );
}

/** Our Prometheus rules as a provisioning file of Grafana, for those who alert from there. */
export function alertRules({ groups }: RulesFile): object {
  return {
    apiVersion: 1,
    groups: groups.map(({ name, rules }) => ({
      orgId: 1,
      name,
      folder: 'Dolphinstage',
      interval: '15s',
      rules: rules
        .filter(({ alert }) => alert !== undefined)
        .map(one => {
          const { uid, title, condition, data, noDataState, execErrState, labels, annotations } =
            rule(one);
          return {
            ...{ uid, title, condition, data, noDataState, execErrState },
            ...{ for: one.for ?? '0s', labels, annotations },
          };
        }),
    })),
  };
}
