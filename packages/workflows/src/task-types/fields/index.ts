/** The kinds of settings that task types are made of. */
export { saidBeside, switchedOn } from './beside';
export { type Field, type FieldPlace, type Fields, type FieldsOf, one, UNREADABLE } from './field';
export { group, variants } from './groups';
export { asJsonText, json, jsonDocument } from './json';
export { type K8sNamespace, type KubernetesNamespace, namespace } from './kubernetes';
export { type OnlyOn, perLine, SINCE_3_2, SINCE_3_3, UNTIL_3_2 } from './lines';
export { list, texts } from './lists';
export {
  account,
  alertGroup,
  datasource,
  leadsTo,
  readTask,
  resource,
  workflow,
} from './references';
export { count, flag, number, text } from './scalars';
export { openText, properties } from './secrets';
export {
  checkKnown,
  type Constants,
  lackingFields,
  needs,
  needsEither,
  notBeside,
  readFields,
  synthFields,
  writeFields,
} from './settings';
export { oneOf, same } from './words';
