import { Flex, Text } from '@backstage/ui';
import type { ParamInfo } from '@dolphinstage/plugin-dolphinscheduler-common';
import type { FieldTexts } from '../model/params';
import { ParamField } from './ParamField';

export interface ParamFieldsProps {
  readonly params: readonly ParamInfo[];
  readonly texts: FieldTexts;
  readonly problems: Readonly<Record<string, string>>;
  readonly onChange: (texts: FieldTexts) => void;
}

/** The fields of a workflow's start parameters. */
export function ParamFields({ params, texts, problems, onChange }: ParamFieldsProps) {
  if (params.length === 0) {
    return <Text color="secondary">This workflow takes no parameters.</Text>;
  }
  return (
    <Flex direction="column" gap="3">
      {params.map(param => (
        <ParamField
          key={param.name}
          param={param}
          text={texts[param.name]}
          problem={problems[param.name]}
          onChange={text => onChange({ ...texts, [param.name]: text })}
        />
      ))}
    </Flex>
  );
}
