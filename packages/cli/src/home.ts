import { Home } from '@dolphinstage/embedded';
import { ROOT } from './root';

/** The embedded platform's folder: `DOLPHINSTAGE_HOME`, else the checkout's own. */
export function platformHome(): Home {
  const elsewhere = process.env.DOLPHINSTAGE_HOME;
  return elsewhere ? new Home(elsewhere) : Home.of(ROOT);
}
