import { dirname } from 'node:path';
import { trainClassifier } from '@dolphinstage/random-forest';
import { definePack, defineTask } from '@dolphinstage/task-kit';
import { z } from 'zod';

const train = defineTask({
  id: 'forest/train',
  description: 'Trains a forest on two threads.',
  input: z.object({}),
  output: z.object({ trees: z.int() }),
  async run() {
    const values = Array.from({ length: 200 }, (_, row) => row);
    const labels = values.map(value => value > 90);
    const options = { trees: 9, threads: 2 };
    const column = { name: 'a', kind: 'numeric', values } as const;
    const { trees } = await trainClassifier([column], labels, options);
    return { trees };
  },
});

export default definePack({
  name: 'forest',
  // In a bundle the assets are inside, so that this isn't asked.
  // eslint-disable-next-line no-restricted-syntax
  root: dirname(__dirname),
  tasks: [train],
});
