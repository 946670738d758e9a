/** OpenAI's shapes: requests read and checked, answers and errors written. Pure translations. */
export { type CheckedChatBody, readChatBody, type UnknownParameters } from "./chat_request.ts";
export { type OpenAiError, openAiError, openAiStatus, upstreamRefusal } from "./error_body.ts";
export { type ModelEntry, modelEntry, virtualEntry } from "./model_list.ts";
export { isObject, type JsonRecord, refuse, requireShallow } from "./refusal.ts";
export { type Failure, ResponseBuilder, type ResponseEvent } from "./responses_answer.ts";
export { parse, readResponsesBody, toChatBody } from "./responses_request.ts";
