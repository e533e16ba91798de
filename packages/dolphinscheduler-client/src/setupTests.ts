// Real servers, shared with other suites: a wait has its own, shorter limit.
jest.setTimeout(120_000);
