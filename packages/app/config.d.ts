export interface Config {
  app?: {
    /** How people sign in. */
    signIn?: {
      /**
       * Whom the portal asks who somebody is; `auth.providers` has to have it too. Default: guest.
       * @visibility frontend
       */
      provider?: 'guest' | 'oidc';
      /**
       * What people call the identity provider. Default: OpenID Connect.
       * @visibility frontend
       */
      title?: string;
    };
  };
}
