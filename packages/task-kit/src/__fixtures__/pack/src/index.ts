import { dirname } from 'node:path';
import { definePack } from '../../..';
import { allocate, count, echo, fail, hang, leak, spin } from './tasks';

/** Small tasks that each do one thing to the kit that runs them. */
export default definePack({
  name: 'fixture',
  // In a bundle the assets are inside, so that this isn't asked.
  // eslint-disable-next-line no-restricted-syntax
  root: dirname(__dirname),
  tasks: [allocate, count, echo, fail, hang, leak, spin],
});
