/**
 * Adopts what was edited on the test server into the files of a folder, outside of jest, which has a module system of
 * its own. Prints what came of it as JSON.
 */
import { createClient } from '@dolphinstage/dolphinscheduler-client';
import { testPlatform } from '@dolphinstage/embedded';
import { adoptDrift, findWorkflowFiles, loadWorkflows, type AdoptOptions } from '..';

async function main([folder = '.', options = '{}']: readonly string[]): Promise<void> {
  const { url, user, password } = testPlatform().dolphinscheduler;
  const client = await createClient({ url, user, password });
  const outcomes = await adoptDrift(client, loadWorkflows(findWorkflowFiles(folder)), {
    ...(JSON.parse(options) as AdoptOptions),
    bundles: new Map(),
  });
  process.stdout.write(JSON.stringify(outcomes));
}

void main(process.argv.slice(2));
