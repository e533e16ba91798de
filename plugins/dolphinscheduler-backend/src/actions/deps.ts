import type { AuthService, BackstageCredentials } from '@backstage/backend-plugin-api';
import type { ActionsRegistryService } from '@backstage/backend-plugin-api/alpha';
import { NotAllowedError } from '@backstage/errors';
import type { WorkflowRef } from '@dolphinstage/plugin-dolphinscheduler-common';
import type { DolphinSchedulerService } from '@dolphinstage/plugin-dolphinscheduler-node';
import type { Access } from '../access/access';
import type { Change, Changes, User } from '../changes';
import { answerable } from '../service/errors';
import type { Place } from '../service/definition';

/** What actions are made of. */
export interface ActionsOptions {
  readonly service: DolphinSchedulerService;
  readonly access: Access;
  readonly changes: Changes;
  readonly auth: AuthService;
}

/** What an action's file is given. */
export interface ActionDeps {
  readonly registry: ActionsRegistryService;
  readonly service: DolphinSchedulerService;
  readonly access: Access;
  readonly calls: Calls;
}

/** How actions read and change, as the routes do: in the name of somebody who is signed in. */
export class Calls {
  constructor(private readonly options: ActionsOptions) {}

  /** @throws NotAllowedError for who isn't a user; what `act` throws, as Backstage answers it. */
  async read<T>(credentials: BackstageCredentials, act: (user: User) => Promise<T>): Promise<T> {
    try {
      return await act(this.#user(credentials));
    } catch (error) {
      throw answerable(error);
    }
  }

  /** Allowed, audited and announced. */
  async change<T>(
    { credentials, input }: { credentials: BackstageCredentials; input: WorkflowRef },
    { action, ...change }: Change & { readonly action: string },
    act: (place: Place) => Promise<T>,
  ): Promise<T> {
    const { instance, project, code } = input;
    const ref = { instance, project, code };
    // There is no request to tell who it was.
    const user = this.#isUser(credentials) ? credentials.principal.userEntityRef : 'no user';
    try {
      return await this.options.changes.make(
        change,
        { meta: { ...ref, action, user } },
        async () => ({ user: this.#user(credentials), ref }),
        act,
      );
    } catch (error) {
      throw answerable(error, instance);
    }
  }

  #isUser(credentials: BackstageCredentials): credentials is User {
    return this.options.auth.isPrincipal(credentials, 'user');
  }

  #user(credentials: BackstageCredentials): User {
    if (this.#isUser(credentials)) return credentials;
    throw new NotAllowedError(
      'this takes a user: workflows are owned by groups, to which a service does not belong. Sign in, and use your own token',
    );
  }
}
