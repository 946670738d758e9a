/** Directory: providers and models as data, the names they are called by, and how providers are doing. */
export { createDirectory, type Directory, type DirectoryOptions } from "./directory.ts";
export { directoryKeys } from "./keys.ts";
export type { ModelNow } from "./models_now.ts";
export type { KeyLookup, ProviderNow } from "./providers_now.ts";
export { type Catalogue, isVirtual, VIRTUAL_MODELS, type VirtualModel } from "./resolve.ts";
export { testProvider } from "./test_call.ts";
export { modelViewOf, providerViews } from "./views.ts";
