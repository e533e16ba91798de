import type { RetrainingPlan } from '../plan';
import type { RunView, StepEnd } from '../run/retraining-run';
import { evaluatedSchema, registeredSchema, trainedSchema } from './results';
import { tellIfThere } from './tell';
import type { Tools } from './tools';

const refuse = (reason: string): StepEnd => ({
  result: {},
  end: { outcome: 'refused', reasons: [reason] },
});

/** The version becomes the live one, or a candidate beside it; unless what it was compared with isn't live any more. */
export async function deployStep(
  tools: Tools,
  { name, rollOut }: RetrainingPlan,
  day: string,
  run: RunView,
): Promise<StepEnd> {
  const { number } = registeredSchema.parse(run.resultOf('register'));
  const { current: compared } = evaluatedSchema.parse(run.resultOf('evaluate'));
  const registry = tools.versions(run.client, name);
  const { current, candidate, generation } = await registry.deployment();
  // The first version has none to stand beside.
  const beside = rollOut.mode !== 'at-once' && current !== null;
  // Killed after the switch and before its row: it is done.
  const done = beside ? candidate === number : current === number;
  if (!done) {
    if (current !== compared) {
      const [was, is] = [compared, current].map(version =>
        version ? `version ${version}` : 'none',
      );
      return refuse(`it was compared with ${was}; ${is} is live meanwhile`);
    }
    // What can't be read can't be served.
    await tools.bundles.open(trainedSchema.parse(run.resultOf('train')).bundle);
    const decided = { why: `it passed all gates of ${day}`, who: tools.ctx.run.id };
    if (beside) {
      const share = rollOut.mode === 'percentage' ? rollOut.share : null;
      await registry.setCandidate(number, generation, rollOut.mode, share);
    } else {
      await registry.switchTo(number, 'promote', generation, decided);
    }
  }
  await tellIfThere(tools, run.client, name);
  tools.ctx.log.info(`version ${number} is ${beside ? 'a candidate' : 'live'}`);
  return {
    result: { number },
    end: { outcome: beside ? 'shadowed' : 'deployed', reasons: [] },
  };
}
