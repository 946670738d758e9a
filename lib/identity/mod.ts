/**
 * Identity: who is asking. Access on loopback without a key, the admin key, the signed browser session,
 * API keys with roles, and the keystore that keeps providers' keys sealed. Members and OIDC join here.
 */
export {
  type ApiKeys,
  createApiKey,
  createApiKeys,
  isApiKeyText,
  type KeyAdmin,
  listApiKeys,
  requireApiKey,
  revokeApiKey,
} from "./api_keys.ts";
export { type AccessDecision, decideCsrf, decideOpenAccess, type RequestFacts } from "./decide.ts";
export { createKeystore, type Keystore, type SecretInfo } from "./keystore.ts";
export { createSignIn, SESSION_SECONDS, type SignIn } from "./sign_in.ts";
export {
  type Answer,
  type AnswerRequest,
  type Claim,
  claimAnswer,
  type ClaimOutcome,
  releaseClaim,
  stageAnswer,
  storeAnswer,
} from "./answers.ts";
export { identityKeys } from "./keys.ts";
export { isAtLeast, leastRole, may } from "./policy.ts";
export type { ActionClass, ApiKey, ApiKeyInput, Role } from "./schema.ts";
