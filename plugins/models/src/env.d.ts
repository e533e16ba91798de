// This package runs in browsers, unlike most of this repository.
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/// <reference types="@backstage/cli/asset-types" />
