// Generated from the routes by `deno task client`; do not edit.
// Generated from the routes by `deno task client`; do not edit.
interface paths {
    "/api/v1/sessions": {
        /** Sessions, newest first */
        get: operations["listSessions"];
        /** Start a conversation */
        post: operations["createSession"];
    };
    "/api/v1/sessions/{id}": {
        /** One session */
        get: operations["getSession"];
        /** Rename a session or change its policy */
        patch: operations["updateSession"];
    };
    "/api/v1/sessions/{id}/messages": {
        /** Messages, oldest first; nextCursor is the id of the last event read */
        get: operations["listMessages"];
        /** Say something; a run answers it */
        post: operations["postMessage"];
    };
    "/api/v1/sessions/{id}/events": {
        /** The session's events as they happen (SSE), or a page of them with ?format=json */
        get: operations["streamSessionEvents"];
    };
    "/api/v1/runs": {
        /** Runs, newest first; by status, session or text */
        get: operations["listRuns"];
        /** State an intent; its run starts at once */
        post: operations["startRun"];
    };
    "/api/v1/runs/{id}": {
        /** A run with its covenant and the tree of its steps, as of now */
        get: operations["getRun"];
    };
    "/api/v1/runs/{id}/pause": {
        /** Stop before the next effect; nothing is lost */
        post: operations["pauseRun"];
    };
    "/api/v1/runs/{id}/resume": {
        /** Go on after a pause */
        post: operations["resumeRun"];
    };
    "/api/v1/runs/{id}/cancel": {
        /** End the run and everything it started */
        post: operations["cancelRun"];
    };
    "/api/v1/runs/{id}/retry": {
        /** Do the failed part again, keeping what succeeded */
        post: operations["retryRun"];
    };
    "/api/v1/runs/{id}/replay": {
        /** Run the recorded effects through today's code, at no cost, and say whether it takes the same path */
        post: operations["replayRun"];
    };
    "/api/v1/runs/{id}/rewind": {
        /** Go back to a step; later work is superseded and kept */
        post: operations["rewindRun"];
    };
    "/api/v1/runs/{id}/fork": {
        /** A new run from a step of this one */
        post: operations["forkRun"];
    };
    "/api/v1/runs/{id}/messages": {
        /** Tell a running agent something */
        post: operations["injectMessage"];
    };
    "/api/v1/runs/{id}/export": {
        /** The run as one versioned JSON document: its view, effects and events */
        get: operations["exportRun"];
    };
    "/api/v1/runs/{id}/events": {
        /** The run's events as they happen (SSE), or a page of them with ?format=json */
        get: operations["streamRunEvents"];
    };
    "/api/v1/runs/{id}/steps": {
        /** Steps of a run, newest first */
        get: operations["listSteps"];
    };
    "/api/v1/runs/{id}/steps/{stepId}": {
        /** One step */
        get: operations["getStep"];
    };
    "/api/v1/runs/{id}/steps/{stepId}/override": {
        /** Give a step this output instead of its own */
        post: operations["overrideStep"];
    };
    "/api/v1/runs/{id}/steps/{stepId}/retry": {
        /** Do a failed step again */
        post: operations["retryStep"];
    };
    "/api/v1/workflows": {
        /** Templates with the inputs they take */
        get: operations["listWorkflows"];
    };
    "/api/v1/workflows/{template}/run": {
        /** Start a run from a template */
        post: operations["runWorkflow"];
    };
    "/api/v1/runs/{id}/effects": {
        /** Effects of a run, newest first */
        get: operations["listEffects"];
    };
    "/api/v1/runs/{id}/effects/{effectId}": {
        /** One effect */
        get: operations["getEffect"];
    };
    "/api/v1/covenants/{id}": {
        /** The terms and what is used of them, as of now */
        get: operations["getCovenant"];
        /** Change the terms; the next reservation takes them up */
        patch: operations["updateCovenant"];
    };
    "/api/v1/covenants/{id}/accept": {
        /** Accept a draft, as it is or with edits */
        post: operations["acceptCovenant"];
    };
    "/api/v1/approvals": {
        /** Approvals, newest first; by status or run */
        get: operations["listApprovals"];
    };
    "/api/v1/approvals/{id}": {
        /** One approval */
        get: operations["getApproval"];
    };
    "/api/v1/approvals/{id}/answer": {
        /** Approve, reject or answer; a second answer is a conflict */
        post: operations["answerApproval"];
    };
    "/api/v1/agents": {
        /** All agents: the built-in ones, then external ones, the newest registered first */
        get: operations["listAgents"];
        /** Register an external agent or update it; absent fields keep their value */
        post: operations["registerAgent"];
    };
    "/api/v1/agents/{id}": {
        /** One agent; a built-in one goes before an external one of the same id */
        get: operations["getAgent"];
    };
    "/api/v1/agents/{id}/heartbeat": {
        /** Whether the agent works: its last heartbeat, how long it has been silent */
        get: operations["getHeartbeat"];
        /** A sign that the agent works; tokensUsed since the last one */
        post: operations["recordHeartbeat"];
    };
    "/api/v1/agents/{id}/shadow": {
        /** Who watches the agent, and whom it watches */
        get: operations["getShadow"];
        /** Register or become a shadow, configure the watch, take over from a stalled agent */
        post: operations["changeShadow"];
    };
    "/api/v1/work": {
        /** Hot start: team, tasks and chat at once; marks the agent active */
        get: operations["getWork"];
    };
    "/api/v1/onboard": {
        /** First day: soul (created when new), dashboard, checkpoint, team, a task to begin with */
        get: operations["onboard"];
    };
    "/api/v1/session-resume": {
        /** What happened in the newest 100 messages and what is still open */
        get: operations["resumeSession"];
    };
    "/api/v1/agents/{id}/state": {
        /** What is kept for an agent: checkpoint, unread messages, newest memories */
        get: operations["getAgentState"];
    };
    "/api/v1/chat/messages": {
        /** Chat messages, newest first; by author */
        get: operations["listChatMessages"];
        /** Say something to all; @name and @all reach inboxes with the same commit */
        post: operations["postChatMessage"];
    };
    "/api/v1/chat/messages/{id}": {
        /** One chat message */
        get: operations["getChatMessage"];
    };
    "/api/v1/search/messages": {
        /** Chat messages that fit a query, best first; the last word may be a beginning */
        get: operations["searchChatMessages"];
    };
    "/api/v1/threads/{messageId}": {
        /** The thread a message is in, replies oldest first */
        get: operations["getThread"];
        /** Reply to a message, in its thread */
        post: operations["replyInThread"];
    };
    "/api/v1/chat/messages/{id}/reactions": {
        /** React to a message; the same emoji again changes nothing */
        post: operations["addReaction"];
    };
    "/api/v1/chat/messages/{id}/reactions/{emoji}": {
        /** Take a reaction back; one that is not there changes nothing */
        delete: operations["removeReaction"];
    };
    "/api/v1/kudos": {
        /** Kudos given, newest first; by giver or receiver */
        get: operations["listKudos"];
        /** Thank another agent; counts once for each giver, receiver and UTC day */
        post: operations["giveKudos"];
    };
    "/api/v1/agents/{id}/messages": {
        /** An agent's inbox, newest first; unread ones, or one type */
        get: operations["listAgentMessages"];
        /** Write to one agent, registered or not yet */
        post: operations["sendAgentMessage"];
        /** Mark messages read; again changes nothing */
        patch: operations["markAgentMessagesRead"];
    };
    "/api/v1/agents/{id}/memory": {
        /** What an agent keeps: newest first, or what fits ?query= best first */
        get: operations["listMemories"];
        /** Keep something learned */
        post: operations["saveMemory"];
    };
    "/api/v1/agents/{id}/memory/{memoryId}": {
        /** One memory */
        get: operations["getMemory"];
        /** Forget one memory */
        delete: operations["deleteMemory"];
    };
    "/api/v1/search/memories": {
        /** Memories of all agents that fit a query, best first */
        get: operations["searchMemories"];
    };
    "/api/v1/digest": {
        /** Mentions, unread, task changes, lock conflicts and handoffs since then, on one page */
        get: operations["getDigest"];
    };
    "/api/v1/locks": {
        /** Locks that are held: globs first, then by path; of one agent */
        get: operations["listLocks"];
        /** Lock a path, several at once (all or none), or a glob; renews what the agent holds */
        post: operations["acquireLocks"];
    };
    "/api/v1/locks/check": {
        /** What would stand in the way of a lock; writes nothing */
        post: operations["checkLocks"];
    };
    "/api/v1/locks/{path}": {
        /** Who holds a path, by itself or through a glob */
        get: operations["getLock"];
        /** Release a lock; by force, another's */
        delete: operations["releaseLock"];
    };
    "/api/v1/locks/{path}/history": {
        /** Ended grants of a path, newest first */
        get: operations["getLockHistory"];
    };
    "/api/v1/locks/{path}/guard": {
        /** Whether a token is that of the live lock covering the path; a stale one is a conflict */
        put: operations["guardLock"];
    };
    "/api/v1/models": {
        /** Models that can be used now, the default first; with all=true also the others, and why */
        get: operations["listModels"];
        /** Add a model of a provider, with its price. Role admin */
        post: operations["createModel"];
    };
    "/api/v1/models/{id}": {
        /** One model, also one that cannot be used now */
        get: operations["getModel"];
        /** Remove an added model, or take a built-in one back to what it was. Role admin */
        delete: operations["deleteModel"];
        /** Price, edit or disable a model; null takes a member back to what is built in. Role admin */
        patch: operations["updateModel"];
    };
    "/api/v1/providers": {
        /** Providers, where their keys come from and how they do; never the keys */
        get: operations["listProviders"];
        /** Add a server that speaks OpenAI's protocol. Role admin */
        post: operations["createProvider"];
    };
    "/api/v1/providers/{id}": {
        /** One provider */
        get: operations["getProvider"];
        /** Set a provider's key; it is sealed and cannot be read again. Role admin */
        put: operations["setProviderKey"];
        /** Remove an added provider, or take a built-in one back to what it was; its key is forgotten. Role admin */
        delete: operations["deleteProvider"];
        /** Change a provider; null takes a member back to what is built in. A new origin needs its key again. Role admin */
        patch: operations["updateProvider"];
    };
    "/api/v1/providers/{id}/test": {
        /** Make one small call through the gateway and say how it went. Role admin */
        post: operations["testProvider"];
    };
    "/api/v1/gateway/decisions": {
        /** Route decisions, newest first */
        get: operations["listRouteDecisions"];
    };
    "/api/v1/gateway/decisions/{id}": {
        /** Why a call went where it went, with the candidates that were passed over */
        get: operations["getRouteDecision"];
    };
    "/api/v1/gateway/route": {
        /** Where a chat request would go and why; executes and keeps nothing */
        post: operations["previewRoute"];
    };
    "/api/v1/gateway/cache": {
        /** What the cache holds, and by day how often it answered and what that saved */
        get: operations["getGatewayCache"];
        /** Forget every cached answer of the workspace. Role admin */
        delete: operations["clearGatewayCache"];
    };
    "/api/v1/events": {
        /** All events of the workspace as they happen; ?types= filters, deltas only when asked for */
        get: operations["streamEvents"];
    };
    "/api/v1/caller": {
        /** Who you are to this server: your role, and the agent your key acts as */
        get: operations["getCaller"];
    };
    "/api/v1/keys": {
        /** API keys, newest first, revoked and expired ones too */
        get: operations["listKeys"];
        /** Make a key with a role of at most your own; the answer alone shows it */
        post: operations["createKey"];
    };
    "/api/v1/keys/{id}": {
        /** One key */
        get: operations["getKey"];
        /** Refuse a key from now on, everywhere; a second time changes nothing */
        delete: operations["revokeKey"];
    };
    "/api/v1/settings/coordination": {
        /** What holds now, and what of it differs from the defaults */
        get: operations["getCoordinationSettings"];
        /** Change settings by a merge patch; null takes one back to its default. Role admin */
        patch: operations["updateCoordinationSettings"];
    };
    "/api/v1/settings/gateway": {
        /** What holds now for model calls, and what of it differs from the defaults */
        get: operations["getGatewaySettings"];
        /** Change settings by a merge patch; null takes one back to its default. Every instance takes it up. Role admin */
        patch: operations["updateGatewaySettings"];
    };
    "/api/v1/agents/{id}/checkpoint": {
        /** The newest checkpoint of an agent, or null */
        get: operations["getCheckpoint"];
        /** Replace the fields sent, keep the others; under a lock's token when one is given */
        post: operations["saveCheckpoint"];
    };
    "/api/v1/agents/{id}/checkpoints": {
        /** The last checkpoints of an agent, newest first */
        get: operations["listCheckpoints"];
    };
    "/api/v1/agents/{id}/soul": {
        /** What an agent earned, or null */
        get: operations["getSoul"];
        /** Give an agent its soul; a second time changes nothing */
        post: operations["createSoul"];
    };
    "/api/v1/agents/{id}/soul/xp": {
        /** Add experience */
        post: operations["addXp"];
    };
    "/api/v1/agents/{id}/soul/traces": {
        /** Count a completed trace; a second time gains nothing */
        post: operations["countTrace"];
    };
    "/api/v1/agents/{id}/soul/achievements": {
        /** Unlock an achievement; a second time keeps the first */
        post: operations["unlockAchievement"];
    };
    "/api/v1/agents/{id}/dashboard": {
        /** An agent at a glance, measured, with advice */
        get: operations["getAgentDashboard"];
    };
    "/api/v1/agents/{id}/traces": {
        /** Traces of an agent, newest first */
        get: operations["listTraces"];
        /** Begin a trace */
        post: operations["startTrace"];
    };
    "/api/v1/agents/{id}/traces/{sessionId}": {
        /** A trace without its steps */
        get: operations["getTrace"];
    };
    "/api/v1/agents/{id}/traces/{sessionId}/steps": {
        /** Steps of a trace, oldest first */
        get: operations["listTraceSteps"];
        /** Add a step; the answer says when its agent seems stuck */
        post: operations["addTraceStep"];
    };
    "/api/v1/agents/{id}/traces/{sessionId}/complete": {
        /** End a trace; a second time gives the same summary */
        post: operations["completeTrace"];
    };
    "/api/v1/agents/{id}/flow": {
        /** Whether an agent is in flow, available, stuck or offline */
        get: operations["getAgentFlow"];
    };
    "/api/v1/agents/{id}/traces/{sessionId}/escalations": {
        /** Escalations of a trace, newest first */
        get: operations["listTraceEscalations"];
    };
    "/api/v1/agents/{id}/escalations": {
        /** Escalations of an agent, newest first; open or resolved ones only */
        get: operations["listAgentEscalations"];
    };
    "/api/v1/escalations": {
        /** Open escalations of all agents, newest first */
        get: operations["listOpenEscalations"];
    };
    "/api/v1/agents/{id}/escalations/{escalationId}/resolve": {
        /** Close an escalation, saying who helped */
        post: operations["resolveEscalation"];
    };
    "/api/v1/tasks": {
        /** Tasks, newest first; by status or assignee */
        get: operations["listTasks"];
        /** Put a task on the board */
        post: operations["createTask"];
    };
    "/api/v1/tasks/{id}": {
        /** One task */
        get: operations["getTask"];
        /** Remove a task: as the agent that made or holds it, or as an operator */
        delete: operations["deleteTask"];
        /** Change a task; assignee together with in-progress is a claim */
        patch: operations["updateTask"];
    };
    "/api/v1/tasks/{id}/claim": {
        /** Take a task; of several agents one gets it */
        post: operations["claimTask"];
    };
    "/api/v1/tasks/{id}/release": {
        /** Give a task back */
        post: operations["releaseTask"];
    };
    "/api/v1/tasks/{id}/complete": {
        /** Finish a task; a lock's token is checked in the same commit */
        post: operations["completeTask"];
    };
    "/api/v1/zones": {
        /** Zones, newest first; by owner, or the one a path lies in */
        get: operations["listZones"];
        /** Claim a zone, or change one's own */
        post: operations["claimZone"];
    };
    "/api/v1/zones/{id}": {
        /** One zone */
        get: operations["getZone"];
        /** Release a zone: as its owner, or as an operator */
        delete: operations["releaseZone"];
    };
    "/api/v1/claims": {
        /** Claims, newest first; by agent, or the one on this work. Stale ones when asked for */
        get: operations["listClaims"];
        /** Claim work, or renew one's claim; a stale claim of another is taken over */
        post: operations["claimWork"];
        /** Release the claim on this work: as its claimant, or as an operator */
        delete: operations["releaseClaim"];
    };
    "/api/v1/handoffs": {
        /** Handoffs, newest first; toAgent gives its own and those for anybody */
        get: operations["listHandoffs"];
        /** Offer work to an agent, or to whoever takes it */
        post: operations["createHandoff"];
    };
    "/api/v1/handoffs/{id}": {
        /** One handoff */
        get: operations["getHandoff"];
        /** Withdraw a handoff nobody works on: as its sender, or as an operator */
        delete: operations["deleteHandoff"];
    };
    "/api/v1/handoffs/{id}/claim": {
        /** Take a handoff; of several agents one gets it */
        post: operations["claimHandoff"];
    };
    "/api/v1/handoffs/{id}/complete": {
        /** Finish a handoff one claimed; a lock's token is checked in the same commit */
        post: operations["completeHandoff"];
    };
    "/api/v1/budgets": {
        /** Budgets and what is left of each, by scope, subject and period */
        get: operations["listBudgets"];
    };
    "/api/v1/budgets/{scope}/{subject}/{period}": {
        /** One budget; of a subject without one, the budget of `*` as it stands for it */
        get: operations["getBudget"];
        /** Set a limit for each day, each month or in total; what was spent stays. Role admin */
        put: operations["setBudget"];
        /** Remove a budget: calls are no longer limited by it. Role admin */
        delete: operations["removeBudget"];
    };
    "/api/v1/budgets/{scope}/{subject}/{period}/reset": {
        /** Count from nothing again, or only give back what processes that died held. Role admin */
        post: operations["resetBudget"];
    };
    "/api/v1/gateway/usage": {
        /** Calls, tokens, cost, savings and latency, by time, model, provider, tier, key or agent */
        get: operations["getGatewayUsage"];
    };
    "/api/v1/gateway/calls": {
        /** Calls that are over, newest first; kept 30 days */
        get: operations["listGatewayCalls"];
    };
    "/api/v1/gateway/calls/live": {
        /** Calls under way, on other instances as they were a second ago */
        get: operations["listLiveGatewayCalls"];
    };
    "/api/v1/gateway/calls/{id}": {
        /** One call with its attempts; its id came as x-muster-call */
        get: operations["getGatewayCall"];
    };
}
type webhooks = Record<string, never>;
interface components {
    schemas: {
        Session: {
            id: string;
            title: string;
            /** @enum {string} */
            policy: "enqueue" | "reject" | "interrupt" | "rollback";
            /** @enum {string} */
            status: "idle" | "busy";
            activeRunId?: string;
            queuedRunIds: string[];
            version: number;
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            updatedAt: string;
        };
        Problem: {
            type: string;
            title: string;
            status: number;
            detail: string;
            code: string;
            requestId: string;
            errors?: {
                path: string;
                message: string;
            }[];
        };
        Message: {
            id: string;
            sessionId: string;
            /** @enum {string} */
            role: "user" | "assistant" | "system";
            content: string;
            /** @enum {string} */
            status: "streaming" | "done" | "failed" | "stopped";
            runId?: string;
            model?: string;
            costMicros?: number;
            truncated?: boolean;
            /** Format: date-time */
            createdAt: string;
        };
        Run: {
            id: string;
            intent: string;
            intentRef?: {
                id: string;
                sizeBytes: number;
            };
            /** @enum {string} */
            status: "pending" | "running" | "waiting" | "paused" | "completed" | "failed" | "canceled";
            pattern: string;
            /** @enum {string} */
            mode: "strict" | "auto" | "dry-run";
            sessionId?: string;
            covenantId: string;
            parentRunId?: string;
            createdBy?: string;
            progress: number;
            costMicros: number;
            usage: {
                inputTokens: number;
                outputTokens: number;
            };
            model?: string;
            output?: unknown;
            error?: {
                code: string;
                message: string;
                stepId?: string;
            };
            waitingFor?: string[];
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            startedAt?: string;
            /** Format: date-time */
            completedAt?: string;
        };
        Event: {
            id: string;
            type: string;
            /** Format: date-time */
            at: string;
            actor?: string;
            stream: string;
        } & {
            [key: string]: unknown;
        };
        Covenant: {
            id: string;
            runId: string;
            /** @enum {string} */
            status: "draft" | "active" | "completed" | "broken" | "canceled";
            /** @enum {string} */
            mode: "strict" | "auto" | "dry-run";
            intent: string;
            constraints: {
                /** @default 10000 */
                costMicros: number;
                /** @default 60000 */
                latencyMs: number;
                /** @default 8 */
                quality: number;
            };
            budget: {
                costMicros?: number;
                tokens?: number;
                timeMs?: number;
                spawns?: number;
            };
            used: {
                costMicros: number;
                tokens: number;
                timeMs: number;
                spawns: number;
            };
            scope: {
                in: string[];
                out: string[];
            };
            acceptance: string[];
            complexity?: {
                score: number;
                features: {
                    name: string;
                    weight: number;
                    reason: string;
                }[];
            };
            decision?: {
                /** @enum {string} */
                kind: "direct" | "delegate";
                reason: string;
            };
            plan: {
                id: string;
                title: string;
                agent: string;
                dependsOn: string[];
            }[];
            broken?: {
                clause: string;
                limit: number;
                used: number;
                evidence: string;
            };
            version: number;
        };
        Step: {
            id: string;
            runId: string;
            parentId?: string;
            agent: string;
            title: string;
            role: string;
            /** @enum {string} */
            status: "pending" | "queued" | "running" | "waiting" | "completed" | "failed" | "canceled" | "superseded";
            dependsOn: string[];
            answer: boolean;
            attempt: number;
            progress: number;
            thoughts: {
                /** Format: date-time */
                at: string;
                text: string;
            }[];
            actions: {
                /** Format: date-time */
                at: string;
                text: string;
            }[];
            text: string;
            output?: unknown;
            error?: {
                code: string;
                message: string;
                stepId?: string;
            };
            model?: string;
            usage: {
                inputTokens: number;
                outputTokens: number;
            };
            costMicros: number;
            /** Format: date-time */
            queuedAt: string;
            /** Format: date-time */
            startedAt?: string;
            /** Format: date-time */
            completedAt?: string;
        };
        Approval: {
            id: string;
            /** @enum {string} */
            kind: "covenant" | "tool" | "question" | "outcome_unknown";
            /** @enum {string} */
            status: "open" | "approved" | "rejected" | "answered" | "expired" | "canceled";
            runId: string;
            stepId?: string;
            tool?: string;
            question: string;
            args?: unknown;
            argsDigest: string;
            schema?: unknown;
            /** @enum {string} */
            risk: "low" | "medium" | "high";
            /** Format: date-time */
            expiresAt?: string;
            /** @enum {string} */
            onExpiry: "reject" | "approve";
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            answeredAt?: string;
            answeredBy?: string;
            decision?: unknown;
        };
        ReplayReport: {
            matches: boolean;
            steps: number;
            effects: number;
            mismatch?: string;
        };
        InjectedMessage: {
            id: string;
            runId: string;
            stepId?: string;
            /** @enum {string} */
            role: "user";
            content: string;
            /** @enum {string} */
            status: "done";
            /** Format: date-time */
            createdAt: string;
        };
        Workflow: {
            /** @enum {string} */
            template: "full" | "parallel" | "workers" | "optimize" | "smart";
            name: string;
            description: string;
            inputs: {
                [key: string]: unknown;
            };
        };
        Effect: {
            id: string;
            runId: string;
            stepId: string;
            kind: string;
            name: string;
            key: string;
            /** @enum {string} */
            status: "intended" | "done" | "failed" | "outcome_unknown";
            attempts: number;
            request?: unknown;
            receipt?: unknown;
            costMicros: number;
            usage?: {
                inputTokens: number;
                outputTokens: number;
            };
            model?: string;
            error?: {
                code: string;
                message: string;
                stepId?: string;
            };
            /** Format: date-time */
            startedAt: string;
            /** Format: date-time */
            completedAt?: string;
        };
        RegisteredAgent: components["schemas"]["BuiltInAgent"] | components["schemas"]["ExternalAgent"];
        BuiltInAgent: {
            id: string;
            name: string;
            role: string;
            description: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            kind: "built-in";
            input: {
                [key: string]: unknown;
            };
            output: {
                [key: string]: unknown;
            };
        };
        ExternalAgent: {
            agentId: string;
            /** @enum {string} */
            status: "active" | "idle" | "waiting" | "offline";
            currentTask?: string;
            workingOn?: string;
            /** Format: date-time */
            lastSeen: string;
            capabilities: string[];
            offers: string[];
            needs: string[];
            id: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            kind: "external";
            /** @enum {string} */
            level?: "novice" | "capable" | "expert" | "master";
        };
        HeartbeatHealth: {
            /** Format: date-time */
            lastHeartbeat: string | null;
            isHealthy: boolean;
            stalledForMs: number;
            stalledForMinutes: number;
            heartbeatCount: number;
            recentHeartbeats: components["schemas"]["Heartbeat"][];
        };
        Heartbeat: {
            id: string;
            /** Format: date-time */
            timestamp: string;
            /** @enum {string} */
            status: "active" | "idle" | "waiting" | "offline";
            tokensUsed?: number;
            currentTask?: string;
        };
        Shadow: {
            hasShadow: boolean;
            shadowId: string | null;
            /** @enum {string} */
            shadowStatus: "none" | "monitoring" | "taken-over";
            isShadow: boolean;
            primaryAgent: string | null;
            /** Format: date-time */
            lastHeartbeat: string | null;
            isHealthy: boolean;
            stallThresholdMs: number;
            heartbeatIntervalMs: number;
            /** Format: date-time */
            registeredAt: string | null;
            /** Format: date-time */
            takeoverAt: string | null;
        };
        Takeover: {
            primaryAgent: string;
            shadowId: string;
            /** Format: date-time */
            takeoverAt: string;
            /** @enum {string} */
            previousStatus: "none" | "monitoring" | "taken-over";
            forced: boolean;
            automatic: boolean;
            locks: {
                resourcePath: string;
                token: number;
            }[];
            claims: string[];
            tasks: string[];
            complete: boolean;
            commits: number;
        };
        HotStart: {
            agentId: string;
            summary: {
                activeAgents: number;
                todoTasks: number;
                inProgressTasks: number;
            };
            team: components["schemas"]["Agent"][];
            tasks: {
                todo: components["schemas"]["Task"][];
                mine: components["schemas"]["Task"][];
            };
            recentChat: components["schemas"]["ChatMessage"][];
        };
        Agent: {
            agentId: string;
            /** @enum {string} */
            status: "active" | "idle" | "waiting" | "offline";
            currentTask?: string;
            workingOn?: string;
            /** Format: date-time */
            lastSeen: string;
            capabilities: string[];
            offers: string[];
            needs: string[];
        };
        Task: {
            id: string;
            title: string;
            description?: string;
            /** @enum {string} */
            status: "todo" | "in-progress" | "blocked" | "done";
            assignee?: string;
            createdBy: string;
            /** @enum {string} */
            priority: "low" | "medium" | "high" | "urgent";
            tags: string[];
            files: string[];
            dependsOn: string[];
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            updatedAt: string;
            version: number;
        };
        ChatMessage: {
            id: string;
            author: string;
            /** @enum {string} */
            authorType: "agent" | "human" | "system";
            message: string;
            /** Format: date-time */
            timestamp: string;
            reactions: {
                emoji: string;
                by: string;
                /** Format: date-time */
                at: string;
            }[];
            threadId?: string;
            replyCount?: number;
            mentions: string[];
        };
        Onboarding: {
            agentId: string;
            isNewAgent: boolean;
            /** Format: date-time */
            timestamp: string;
            soul: components["schemas"]["Soul"];
            dashboard: components["schemas"]["AgentDashboard"];
            checkpoint: components["schemas"]["Checkpoint"];
            teamOnline: {
                agentId: string;
                /** @enum {string} */
                status: "active" | "idle" | "waiting" | "offline";
                /** @enum {string} */
                flowStatus: "in_flow" | "available" | "stuck" | "offline";
                currentTask?: string;
            }[];
            suggestedTask: components["schemas"]["SuggestedTask"];
            recentChat: components["schemas"]["ChatMessage"][];
            welcomeMessage: string;
        };
        Soul: {
            soulId: string;
            agentId: string;
            name: string;
            personality: string | null;
            /** Format: date-time */
            createdAt: string;
            totalXP: number;
            /** @enum {string} */
            level: "novice" | "capable" | "expert" | "master";
            currentStreak: number;
            longestStreak: number;
            tasksCompleted: number;
            tasksSuccessful: number;
            totalTokensUsed: number;
            avgEfficiency: number;
            peersHelped: number;
            lastTraceId: string | null;
            escalationCount: number;
            selfResolvedCount: number;
            peerAssistCount: number;
            humanEscalationCount: number;
            specializations: {
                frontend: number;
                backend: number;
                devops: number;
                research: number;
            };
            achievements: components["schemas"]["Achievement"][];
            abilities: {
                canCommit: boolean;
                canSpawnSubagents: boolean;
                canAccessProd: boolean;
                canMentorPeers: boolean;
                extendedBudget: boolean;
            };
            trustScore: number;
            transparencyScore: number;
            trackRecordScore: number;
            rustLevel: number;
            effectiveXPMultiplier: number;
        } | null;
        Achievement: {
            id: string;
            /** Format: date-time */
            unlockedAt: string;
        };
        AgentDashboard: {
            agentId: string;
            /** Format: date-time */
            timestamp: string;
            level: {
                /** @enum {string} */
                current: "novice" | "capable" | "expert" | "master";
                xp: number;
                /** @enum {string|null} */
                nextLevel: "novice" | "capable" | "expert" | "master" | null;
                xpNeeded: number;
                xpProgress: number;
                streakNeeded: number;
                tasksNeeded: number;
            };
            streak: {
                current: number;
                longest: number;
                atRisk: boolean;
                hoursUntilExpires: number;
            };
            rust: {
                level: number;
                xpMultiplier: number;
                /** @enum {string} */
                status: "fresh" | "light" | "medium" | "heavy";
            };
            flow: components["schemas"]["Flow"];
            session: {
                tasksToday: number;
                xpToday: number;
                avgEfficiency: number;
                tokensUsed: number;
            };
            trust: {
                overall: number;
                transparency: number;
                trackRecord: number;
                successRate: number;
            };
            abilities: {
                canCommit: boolean;
                canSpawnSubagents: boolean;
                canAccessProd: boolean;
                canMentorPeers: boolean;
                extendedBudget: boolean;
            };
            specializations: {
                /** @enum {string} */
                domain: "frontend" | "backend" | "devops" | "research";
                xp: number;
                /** @enum {string|null} */
                rank: "Familiar" | "Proficient" | "Specialist" | "Authority" | null;
                progress: number;
            }[];
            recentAchievements: components["schemas"]["Achievement"][];
            alerts: {
                pendingEscalations: number;
                streakAtRisk: boolean;
                highRust: boolean;
            };
            shadow: components["schemas"]["Shadow"];
            heartbeat: components["schemas"]["HeartbeatHealth"];
            suggestions: components["schemas"]["Suggestion"][];
        } | null;
        Flow: {
            /** @enum {string} */
            status: "in_flow" | "available" | "stuck" | "offline";
            durationMinutes: number;
            respectFlow: boolean;
            reason?: string;
        };
        Suggestion: {
            action: string;
            /** @enum {string} */
            priority: "low" | "medium" | "high" | "urgent";
            reason: string;
        };
        Checkpoint: {
            agentId: string;
            conversationSummary?: string;
            accomplishments: string[];
            pendingWork: string[];
            recentContext?: string;
            filesEdited: string[];
            /** Format: date-time */
            checkpointAt: string;
        } | null;
        SuggestedTask: {
            task: string;
            reason: string;
            xpEstimate: number;
            /** @enum {string} */
            priority: "low" | "medium" | "high" | "urgent";
            handoffId?: string;
            taskId?: string;
        };
        SessionResume: {
            /** Format: date-time */
            timestamp: string;
            session: {
                messageCount: number;
                participantCount: number;
                /** Format: date-time */
                startTime: string | null;
                /** Format: date-time */
                endTime: string | null;
                durationDescription: string;
            };
            participants: {
                agentId: string;
                messageCount: number;
                lastMessage: string;
                /** Format: date-time */
                lastActive: string;
            }[];
            accomplishments: string[];
            pending: {
                handoffs: components["schemas"]["Handoff"][];
                tasks: components["schemas"]["Task"][];
                claims: components["schemas"]["Claim"][];
            };
            quickActions: {
                action: string;
                label: string;
                description: string;
                /** @enum {string} */
                priority: "low" | "medium" | "high" | "urgent";
            }[];
            recentContext: components["schemas"]["ChatMessage"][];
            summaryText: string;
        };
        Handoff: {
            id: string;
            fromAgent: string;
            toAgent?: string;
            title: string;
            context: string;
            code?: string;
            filePath?: string;
            nextSteps: string[];
            /** @enum {string} */
            priority: "low" | "medium" | "high" | "urgent";
            /** @enum {string} */
            status: "pending" | "claimed" | "completed";
            claimedBy?: string;
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            claimedAt?: string;
            /** Format: date-time */
            completedAt?: string;
        };
        Claim: {
            what: string;
            by: string;
            description?: string;
            /** Format: date-time */
            claimedAt: string;
            /** Format: date-time */
            renewedAt: string;
            /** Format: date-time */
            staleAt: string;
            stale: boolean;
        };
        AgentState: {
            agentId: string;
            checkpoint: components["schemas"]["Checkpoint"];
            unreadMessages: number;
            recentMemories: components["schemas"]["Memory"][];
        };
        Memory: {
            id: string;
            agentId: string;
            /** @enum {string} */
            category: "discovery" | "decision" | "blocker" | "learning" | "pattern" | "warning";
            content: string;
            tags: string[];
            /** Format: date-time */
            timestamp: string;
        };
        ThreadPage: {
            root: components["schemas"]["ChatMessage"];
            replies: components["schemas"]["ChatMessage"][];
            nextCursor: string | null;
        };
        Kudos: {
            id: string;
            from: string;
            to: string;
            note: string;
            messageId?: string;
            /** Format: date */
            day: string;
            /** Format: date-time */
            timestamp: string;
        };
        InboxMessage: {
            id: string;
            from: string;
            /** @enum {string} */
            type: "note" | "status" | "handoff" | "mention";
            message: string;
            /** Format: date-time */
            timestamp: string;
            read: boolean;
            chatMessageId?: string;
            handoffId?: string;
        };
        Digest: {
            agentId: string;
            /** Format: date-time */
            since: string;
            mentions: components["schemas"]["InboxMessage"][];
            unread: number;
            taskChanges: {
                task: components["schemas"]["Task"];
                changes: string[];
                by: string[];
                /** Format: date-time */
                at: string;
            }[];
            lockConflicts: {
                resourcePath: string;
                /** @enum {string} */
                role: "asked" | "held";
                other: string;
                /** Format: date-time */
                at: string;
                count: number;
            }[];
            handoffs: components["schemas"]["Handoff"][];
            truncated: boolean;
            nextCursor: string;
        };
        Lock: {
            resourcePath: string;
            resourceType: string;
            lockedBy: string;
            reason?: string;
            /** Format: date-time */
            lockedAt: string;
            /** Format: date-time */
            expiresAt: string;
            remainingMs: number;
            token: number;
            /** @enum {boolean} */
            glob?: true;
            waiting?: number;
        };
        LockState: {
            locked: boolean;
            resourcePath: string;
            lock?: components["schemas"]["Lock"];
        };
        LockHistoryEntry: {
            id: string;
            lockedBy: string;
            reason?: string;
            /** Format: date-time */
            lockedAt: string;
            /** Format: date-time */
            releasedAt: string;
            /** @enum {string} */
            releaseReason: "manual" | "expired" | "stolen" | "takeover";
            token: number;
            by?: string;
        };
        Model: {
            id: string;
            provider: string;
            upstreamId?: string;
            /** @enum {string} */
            tier: "primary" | "edge" | "flagship" | "local" | "custom" | "demo";
            priceInMicrosPerMTok: number;
            priceOutMicrosPerMTok: number;
            priced: boolean;
            asOf?: string;
            stale?: boolean;
            tokensPerSecond?: number;
            contextTokens: number;
            maxOutputTokens: number;
            capabilities: string[];
            demonstration: boolean;
            /** @enum {string} */
            origin: "built-in" | "found" | "own";
            enabled: boolean;
            problem?: string;
            changed: string[];
            version: number;
        };
        Provider: {
            id: string;
            name: string;
            own: boolean;
            enabled: boolean;
            baseUrl?: string;
            /** @enum {string} */
            key: "environment" | "keystore" | "none";
            hint?: string;
            problem?: string;
            custom: boolean;
            local: boolean;
            fronted: boolean;
            allowPrivate: boolean;
            aiGatewayPath?: string;
            models: number;
            health: {
                calls: number;
                failures: number;
                /** Format: date-time */
                lastSuccessAt?: string;
                /** Format: date-time */
                lastFailureAt?: string;
                lastError?: {
                    code: string;
                    message: string;
                };
                lastLatencyMs?: number;
            };
            limits: {
                requestsPerMinute?: number;
                tokensPerMinute?: number;
                concurrent?: number;
            };
            version: number;
            /** Format: date-time */
            updatedAt?: string;
        };
        RouteDecision: {
            id: string;
            /** Format: date-time */
            at: string;
            requested: string;
            model: string;
            provider: string;
            tier: string;
            reason: string;
            complexity?: {
                score: number;
                features: string[];
            };
            pinned?: boolean;
            rejected: {
                model: string;
                provider: string;
                reason: string;
            }[];
            fallbacks: string[];
            estimatedCostMicros?: number;
            answeredBy?: string;
        };
        RoutePreviewInput: {
            model?: string;
            /** @enum {string} */
            tier?: "primary" | "edge" | "flagship" | "local" | "custom";
            messages: ({
                role: string;
                content?: unknown;
            } & {
                [key: string]: unknown;
            })[];
            tools?: unknown[];
            response_format?: unknown;
            max_tokens?: number;
            max_completion_tokens?: number;
        };
        GatewayCache: {
            total: {
                lookups: number;
                hits: number;
                semanticHits: number;
                misses: number;
                joined: number;
                bypassed: number;
                stored: number;
                evicted: number;
                savedMicros: number;
                savedTokens: number;
            };
            days: {
                /** Format: date */
                day: string;
                lookups: number;
                hits: number;
                semanticHits: number;
                misses: number;
                joined: number;
                bypassed: number;
                stored: number;
                evicted: number;
                savedMicros: number;
                savedTokens: number;
            }[];
            hitRate: number;
            entries: number;
            storedBytes: number;
        };
        ClearedCache: {
            cleared: number;
        };
        Caller: {
            id: string;
            /** @enum {string} */
            via: "open" | "key" | "cookie";
            /** @enum {string} */
            role: "viewer" | "agent" | "member" | "operator" | "admin" | "owner";
            agentId?: string;
        };
        ApiKey: {
            id: string;
            name: string;
            /** @enum {string} */
            role: "viewer" | "agent" | "member" | "operator" | "admin" | "owner";
            agentId?: string;
            hint: string;
            /** Format: date-time */
            createdAt: string;
            createdBy: string;
            /** Format: date-time */
            expiresAt?: string;
            /** Format: date-time */
            revokedAt?: string;
            revokedBy?: string;
            /** Format: date-time */
            lastUsedAt?: string;
        };
        ApiKeyInput: {
            name: string;
            /** @enum {string} */
            role: "viewer" | "agent" | "member" | "operator" | "admin" | "owner";
            agentId?: string;
            /** Format: date-time */
            expiresAt?: string;
        };
        CoordinationSettings: {
            /** @default {} */
            agents: {
                /** @default 3600000 */
                offlineAfterMs: number;
                /** @default 20000 */
                pingIntervalMs: number;
                /** @default 3 */
                missedPings: number;
                /** @default 16 */
                maxConnectionsPerAgent: number;
                /** @default 10000 */
                maxConnections: number;
                /** @default 65536 */
                maxFrameBytes: number;
                /** @default 1048576 */
                maxBufferedBytes: number;
            };
            /** @default {} */
            chat: {
                /** @default 50 */
                defaultLimit: number;
                /** @default 60 */
                fanOutPerCommit: number;
                /** @default 300 */
                maxReactions: number;
            };
            /** @default {} */
            checkpoints: {
                /** @default 20 */
                historyLength: number;
            };
            /** @default {} */
            claims: {
                /** @default 1800000 */
                staleAfterMs: number;
                /** @default 604800000 */
                keepStaleMs: number;
            };
            /** @default {} */
            dashboard: {
                /** @default 5 */
                recentAchievements: number;
                /** @default 0.4 */
                highRust: number;
                /** @default 0.5 */
                lowEfficiency: number;
                /** @default 0.5 */
                lowTransparency: number;
            };
            /** @default {} */
            digest: {
                /** @default 86400000 */
                windowMs: number;
                /** @default 50 */
                listLimit: number;
            };
            /** @default {} */
            heartbeats: {
                /** @default 300000 */
                stallThresholdMs: number;
                /** @default 60000 */
                heartbeatIntervalMs: number;
            };
            /** @default {} */
            inbox: {
                /** @default 100 */
                listLimit: number;
            };
            /** @default {} */
            locks: {
                /** @default 7200000 */
                ttlMs: number;
                /** @default 86400000 */
                maxTtlMs: number;
                /** @default 300000 */
                maxWaitMs: number;
                /** @default 5000 */
                ticketAliveMs: number;
                /** @default 200 */
                maxWaiting: number;
                /** @default 50 */
                historyKept: number;
                /** @default [] */
                policies: {
                    glob: string;
                    /** @enum {string} */
                    ability: "canCommit" | "canSpawnSubagents" | "canAccessProd" | "canMentorPeers" | "extendedBudget";
                }[];
            };
            /** @default {} */
            memory: {
                /** @default 50 */
                listLimit: number;
                /** @default 1209600000 */
                halfLifeMs: number;
            };
            /** @default {} */
            runs: {
                /** @default [] */
                policies: {
                    pattern?: string;
                    /**
                     * @default canSpawnSubagents
                     * @enum {string}
                     */
                    ability: "canCommit" | "canSpawnSubagents" | "canAccessProd" | "canMentorPeers" | "extendedBudget";
                }[];
            };
            /** @default {} */
            souls: {
                /** @default {} */
                levels: {
                    /** @default {} */
                    capable: {
                        /** @default 100 */
                        xp: number;
                        /** @default 3 */
                        streak: number;
                        /** @default 5 */
                        tasks: number;
                    };
                    /** @default {} */
                    expert: {
                        /** @default 500 */
                        xp: number;
                        /** @default 5 */
                        streak: number;
                        /** @default 25 */
                        tasks: number;
                    };
                    /** @default {} */
                    master: {
                        /** @default 2000 */
                        xp: number;
                        /** @default 10 */
                        streak: number;
                        /** @default 100 */
                        tasks: number;
                    };
                };
                /** @default 10 */
                traceXp: number;
                /** @default 0.7 */
                highEfficiency: number;
                /** @default 15 */
                highEfficiencyXp: number;
                /** @default 0.5 */
                goodEfficiency: number;
                /** @default 5 */
                goodEfficiencyXp: number;
                /** @default 10 */
                unaidedXp: number;
                /** @default 5 */
                smoothXp: number;
                /** @default 0.5 */
                domainShare: number;
                /** @default {} */
                rust: {
                    /** @default {} */
                    light: {
                        /** @default 7 */
                        days: number;
                        /** @default 0.2 */
                        rust: number;
                    };
                    /** @default {} */
                    medium: {
                        /** @default 30 */
                        days: number;
                        /** @default 0.4 */
                        rust: number;
                    };
                    /** @default {} */
                    heavy: {
                        /** @default 90 */
                        days: number;
                        /** @default 0.6 */
                        rust: number;
                    };
                };
                /** @default 48 */
                streakHours: number;
                /** @default 8 */
                streakRiskHours: number;
                /** @default {} */
                ranks: {
                    /** @default 100 */
                    Familiar: number;
                    /** @default 500 */
                    Proficient: number;
                    /** @default 2000 */
                    Specialist: number;
                    /** @default 5000 */
                    Authority: number;
                };
                /** @default {} */
                trust: {
                    /** @default 0.5 */
                    success: number;
                    /** @default 0.3 */
                    selfResolution: number;
                    /** @default 0.5 */
                    selfResolutionUnknown: number;
                    /** @default 0.2 */
                    independence: number;
                    /** @default 0.1 */
                    humanWeight: number;
                };
            };
            /** @default {} */
            traces: {
                /** @default 3 */
                stuckLoopSteps: number;
                /** @default 5 */
                stuckLoopWindow: number;
                /** @default 3 */
                repeatedFailures: number;
                /** @default 2 */
                errorAccumulation: number;
                /** @default 600000 */
                timeExceededMs: number;
                /** @default 5 */
                lowEfficiencySteps: number;
                /** @default 0.6 */
                lowEfficiencyShare: number;
                /** @default 3 */
                persistSteps: number;
                /** @default 5 */
                flowProductiveSteps: number;
                /** @default 10 */
                flowWindowSteps: number;
                /** @default 900000 */
                flowWindowMs: number;
                /** @default 3600000 */
                flowOfflineMs: number;
            };
        };
        GatewaySettings: {
            /** @default {} */
            breakers: {
                /** @default true */
                enabled: boolean;
                /** @default 5 */
                failures: number;
                /** @default 60000 */
                windowMs: number;
                /** @default 15000 */
                openMs: number;
                /** @default 300000 */
                openMaxMs: number;
            };
            /** @default {} */
            cache: {
                /**
                 * @description Answer a request that was answered before
                 * @default true
                 */
                exact: boolean;
                /**
                 * @description Also requests that ask for variety: a temperature above 0, or n above 1. One without a temperature is cached in any case
                 * @default false
                 */
                sampled: boolean;
                /** @default 3600000 */
                ttlMs: number;
                /**
                 * @description Who shares answers: every caller of the workspace, or each API key alone
                 * @default workspace
                 * @enum {string}
                 */
                sharing: "workspace" | "key";
                /**
                 * @description Larger answers are not kept
                 * @default 2097152
                 */
                maxEntryBytes: number;
                /**
                 * @description Of stored (compressed) answers in the workspace; the oldest go first
                 * @default 67108864
                 */
                maxTotalBytes: number;
                /**
                 * @description Identical requests at the same time are asked once
                 * @default true
                 */
                coalesce: boolean;
                /**
                 * @description Also answer a request that means the same as one answered before
                 * @default false
                 */
                semantic: boolean;
                /**
                 * @description Least cosine similarity of a semantic hit
                 * @default 0.95
                 */
                threshold: number;
                /**
                 * @description auto: a provider's embeddings where there are any, else the local embedder
                 * @default auto
                 * @enum {string}
                 */
                embedder: "auto" | "local";
            };
            /** @default {} */
            calls: {
                /** @default 120000 */
                deadlineMs: number;
                /** @default 900000 */
                deadlineMaxMs: number;
                /** @default 60000 */
                firstByteMs: number;
                /** @default 60000 */
                chunkMs: number;
                /** @default 300000 */
                localFirstByteMs: number;
                /** @default 120000 */
                localChunkMs: number;
                /** @default 3 */
                models: number;
                /** @default 1 */
                retries: number;
                /** @default 250 */
                retryBaseMs: number;
                /** @default 8000 */
                retryMaxMs: number;
                /** @default 5000 */
                retryAfterMaxMs: number;
                /** @default 33554432 */
                answerBytesMax: number;
                /** @default true */
                fallbackFromNamed: boolean;
                /** @default false */
                continueOnCut: boolean;
            };
            /** @default {} */
            directory: {
                /** @default 90 */
                priceStaleDays: number;
                /** @default  */
                aiGatewayUrl: "" | string;
            };
            /** @default {} */
            limits: {
                eachKey?: components["schemas"]["RateLimits"];
                /** @default {} */
                keys: {
                    [key: string]: components["schemas"]["RateLimits"];
                };
                eachProvider?: components["schemas"]["RateLimits"];
                /** @default {} */
                providers: {
                    [key: string]: components["schemas"]["RateLimits"];
                };
                /** @default 250 */
                shareMs: number;
            };
            /** @default {} */
            redaction: {
                /**
                 * @description replace: placeholders are sent and the answer gets the values back; block: the request is refused
                 * @default off
                 * @enum {string}
                 */
                mode: "off" | "replace" | "block";
                /**
                 * @default [
                 *       "email",
                 *       "phone",
                 *       "card",
                 *       "iban",
                 *       "key",
                 *       "name"
                 *     ]
                 */
                kinds: ("email" | "phone" | "card" | "iban" | "key" | "name")[];
                /**
                 * @description People, projects, customers … that must not leave
                 * @default []
                 */
                names: string[];
                /**
                 * @description Countries (ISO 3166) whose phone numbers are known without their country code
                 * @default [
                 *       "US",
                 *       "GB",
                 *       "DE",
                 *       "FR"
                 *     ]
                 */
                phoneRegions: string[];
            };
            /** @default {} */
            routing: {
                /** @default 0.34 */
                primaryFrom: number;
                /** @default 0.67 */
                flagshipFrom: number;
                /** @default 0.4 */
                costWeight: number;
                /** @default 0.25 */
                latencyWeight: number;
                /** @default 0.35 */
                qualityWeight: number;
                /** @default 400 */
                expectedOutputTokens: number;
                /** @default true */
                pinning: boolean;
                /** @default true */
                upgradePinned: boolean;
                /** @default 21600000 */
                pinTtlMs: number;
                /** @default  */
                classifier: string;
                /** @default 0.08 */
                classifierMargin: number;
                /** @default 1500 */
                classifierTimeoutMs: number;
                /** @default 604800000 */
                decisionTtlMs: number;
            };
            /** @default {} */
            wire: {
                /**
                 * @default pass
                 * @enum {string}
                 */
                unknownParameters: "pass" | "refuse";
            };
        };
        /** @default {} */
        RateLimits: {
            requestsPerMinute?: number;
            tokensPerMinute?: number;
            concurrent?: number;
        };
        SoulGain: {
            xpGained: number;
            totalXP: number;
            levelUp?: components["schemas"]["LevelUp"];
            soul: components["schemas"]["Soul"];
        };
        LevelUp: {
            /** @enum {string} */
            oldLevel: "novice" | "capable" | "expert" | "master";
            /** @enum {string} */
            newLevel: "novice" | "capable" | "expert" | "master";
            newAbilities: ("canCommit" | "canSpawnSubagents" | "canAccessProd" | "canMentorPeers" | "extendedBudget")[];
        };
        Trace: {
            sessionId: string;
            agentId: string;
            task: string;
            /** Format: date-time */
            startedAt: string;
            /** Format: date-time */
            completedAt?: string;
            stepCount: number;
            summary?: components["schemas"]["TraceSummary"];
        };
        TraceSummary: {
            totalSteps: number;
            deadEnds: number;
            explorationTimeMs: number;
            solutionTimeMs: number;
            efficiency: number;
        };
        TraceStep: {
            id: string;
            number: number;
            /** Format: date-time */
            timestamp: string;
            tool: string;
            intent?: string;
            /** @enum {string} */
            outcome: "found" | "partial" | "nothing" | "error";
            durationMs?: number;
            /** @enum {string} */
            contributionType?: "direct" | "enabling" | "supporting" | "pruning" | "minimal";
            knowledgeGained?: string[];
            eliminatedPaths?: string[];
            dependsOn?: string[];
        };
        StepEscalation: {
            shouldEscalate: boolean;
            triggers: components["schemas"]["EscalationTrigger"][];
            highestLevel: number;
            recommendation: string;
            escalationId: string;
        };
        EscalationTrigger: {
            /** @enum {string} */
            type: "stuck_loop" | "repeated_failures" | "error_accumulation" | "time_exceeded" | "low_efficiency";
            level: number;
            reason: string;
            /** Format: date-time */
            detectedAt: string;
        };
        Escalation: {
            id: string;
            agentId: string;
            sessionId: string;
            task: string;
            /** Format: date-time */
            triggeredAt: string;
            triggers: components["schemas"]["EscalationTrigger"][];
            highestLevel: number;
            recommendation: string;
            /** Format: date-time */
            resolvedAt?: string;
            /** @enum {string} */
            resolvedBy?: "self" | "peer" | "human";
            resolverAgent?: string;
            helpfulHint?: string;
        };
        Zone: {
            zoneId: string;
            path: string;
            owner: string;
            description?: string;
            /** Format: date-time */
            claimedAt: string;
        };
        Budget: {
            /** @enum {string} */
            scope: "workspace" | "key" | "agent" | "session";
            subject: string;
            /** @enum {string} */
            period: "total" | "day" | "month";
            inherited: boolean;
            limitMicros: number;
            spentMicros: number;
            heldMicros: number;
            unsettledMicros: number;
            remainingMicros: number;
            window: string;
            /** Format: date-time */
            resetsAt?: string;
            /** Format: date-time */
            exhaustedAt?: string;
            /** Format: date-time */
            updatedAt: string;
            updatedBy: string;
            version: number;
        };
        BudgetInput: {
            limitMicros: number;
        };
        BudgetReset: {
            /**
             * @default all
             * @enum {string}
             */
            what: "all" | "unsettled";
        };
        UsageReport: {
            /** Format: date-time */
            from: string;
            /** Format: date-time */
            to: string;
            /** @enum {string} */
            step: "hour" | "day";
            /** @enum {string} */
            by: "time" | "model" | "provider" | "tier" | "key" | "agent";
            total: components["schemas"]["UsageSums"];
            groups: {
                value: string;
                sums: components["schemas"]["UsageSums"];
            }[];
            flagship: string | null;
        };
        UsageSums: {
            calls: number;
            failed: number;
            cut: number;
            canceled: number;
            refused: number;
            cached: number;
            retries: number;
            inputTokens: number;
            outputTokens: number;
            costMicros: number;
            flagshipMicros: number;
            savedMicros: number;
            latencyMs: {
                mean: number;
                p50: number;
                p95: number;
                p99: number;
            } | null;
            firstTokenMs: {
                mean: number;
            } | null;
            tokensPerSecond: {
                mean: number;
            } | null;
        };
        GatewayCall: {
            id: string;
            /** @enum {string} */
            status: "running" | "done" | "failed" | "cut" | "canceled";
            /** @enum {string} */
            operation: "chat" | "embeddings";
            caller: {
                id: string;
                keyId?: string;
                agentId?: string;
                sessionId?: string;
                runId?: string;
            };
            requested: string;
            model: string;
            provider: string;
            tier: string;
            route: string;
            stream: boolean;
            cache: string;
            /** Format: date-time */
            startedAt: string;
            /** Format: date-time */
            endedAt?: string;
            latencyMs?: number;
            firstTokenMs?: number;
            tokensPerSecond?: number;
            usage?: {
                inputTokens: number;
                outputTokens: number;
            };
            /** @enum {string} */
            usageBy?: "provider" | "counted";
            costMicros?: number;
            savedMicros?: number;
            attempts: {
                model: string;
                provider: string;
                /** Format: date-time */
                startedAt: string;
                durationMs: number;
                outcome: string;
                reason: string;
                status?: number;
                retryAfterMs?: number;
                costMicros: number;
                usage?: {
                    inputTokens: number;
                    outputTokens: number;
                };
            }[];
            error?: {
                code: string;
                message: string;
            };
        };
        Health: {
            /** @enum {string} */
            status: "ok" | "degraded";
            /** @enum {string} */
            service: "muster";
            version: string;
            /** Format: date-time */
            timestamp: string;
            /** @enum {string} */
            kv: "ok" | "unavailable";
            workers: {
                busy: number;
                limit: number;
            };
        };
    };
    responses: {
        /** @description What went wrong, as an RFC 9457 problem */
        Problem: {
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
    };
    parameters: {
        /** @description Sent again with the same body it gives the stored answer; with another body 422 */
        IdempotencyKey: string;
    };
    requestBodies: never;
    headers: never;
    pathItems: never;
}
type $defs = Record<string, never>;
interface operations {
    listSessions: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
                q?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of sessions */
            200: {
                content: {
                    "application/json": {
                        items: components["schemas"]["Session"][];
                        nextCursor: string | null;
                    };
                };
            };
        };
    };
    createSession: {
        requestBody?: {
            content: {
                "application/json": {
                    title?: string;
                    /** @enum {string} */
                    policy?: "enqueue" | "reject" | "interrupt" | "rollback";
                };
            };
        };
        responses: {
            /** @description The new session */
            201: {
                content: {
                    "application/json": {
                        session: components["schemas"]["Session"];
                    };
                };
            };
        };
    };
    getSession: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The session */
            200: {
                content: {
                    "application/json": {
                        session: components["schemas"]["Session"];
                    };
                };
            };
        };
    };
    updateSession: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    title?: string;
                    /** @enum {string} */
                    policy?: "enqueue" | "reject" | "interrupt" | "rollback";
                };
            };
        };
        responses: {
            /** @description The session as changed */
            200: {
                content: {
                    "application/json": {
                        session: components["schemas"]["Session"];
                    };
                };
            };
        };
    };
    listMessages: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of messages */
            200: {
                content: {
                    "application/json": {
                        items: components["schemas"]["Message"][];
                        nextCursor: string | null;
                    };
                };
            };
        };
    };
    postMessage: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    content: string;
                    /** @enum {string} */
                    pattern?: "full" | "parallel" | "workers" | "optimize" | "smart";
                    covenant?: {
                        /** @enum {string} */
                        mode?: "strict" | "auto" | "dry-run";
                        constraints?: {
                            /** @default 10000 */
                            costMicros?: number;
                            /** @default 60000 */
                            latencyMs?: number;
                            /** @default 8 */
                            quality?: number;
                        };
                        budget?: {
                            costMicros?: number;
                            tokens?: number;
                            timeMs?: number;
                            spawns?: number;
                        };
                        scope?: {
                            in?: string[];
                            out?: string[];
                        };
                        acceptance?: string[];
                    };
                    inputs?: {
                        [key: string]: unknown;
                    };
                    model?: string;
                };
            };
        };
        responses: {
            /** @description The message and the run that answers it */
            202: {
                content: {
                    "application/json": {
                        message: components["schemas"]["Message"];
                        run: components["schemas"]["Run"];
                        links: {
                            [key: string]: string;
                        };
                    };
                };
            };
        };
    };
    streamSessionEvents: {
        parameters: {
            query?: {
                after?: string;
                limit?: number;
                types?: string;
                format?: "sse" | "json";
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Server-sent events, each with the id to resume after; or a page of the same events */
            200: {
                content: {
                    "text/event-stream": string;
                    "application/json": {
                        items: components["schemas"]["Event"][];
                        nextCursor: string | null;
                    };
                };
            };
        };
    };
    listRuns: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
                status?: "pending" | "running" | "waiting" | "paused" | "completed" | "failed" | "canceled";
                sessionId?: string;
                q?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of runs */
            200: {
                content: {
                    "application/json": {
                        items: components["schemas"]["Run"][];
                        nextCursor: string | null;
                    };
                };
            };
        };
    };
    startRun: {
        requestBody: {
            content: {
                "application/json": {
                    intent: string;
                    sessionId?: string;
                    /** @enum {string} */
                    pattern?: "full" | "parallel" | "workers" | "optimize" | "smart";
                    covenant?: {
                        /** @enum {string} */
                        mode?: "strict" | "auto" | "dry-run";
                        constraints?: {
                            /** @default 10000 */
                            costMicros?: number;
                            /** @default 60000 */
                            latencyMs?: number;
                            /** @default 8 */
                            quality?: number;
                        };
                        budget?: {
                            costMicros?: number;
                            tokens?: number;
                            timeMs?: number;
                            spawns?: number;
                        };
                        scope?: {
                            in?: string[];
                            out?: string[];
                        };
                        acceptance?: string[];
                    };
                    inputs?: {
                        [key: string]: unknown;
                    };
                    model?: string;
                };
            };
        };
        responses: {
            /** @description The run and its links */
            202: {
                content: {
                    "application/json": {
                        run: components["schemas"]["Run"];
                        links: {
                            [key: string]: string;
                        };
                    };
                };
            };
        };
    };
    getRun: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The run */
            200: {
                content: {
                    "application/json": {
                        run: components["schemas"]["Run"];
                        covenant: components["schemas"]["Covenant"];
                        steps: components["schemas"]["Step"][];
                        approvals: components["schemas"]["Approval"][];
                        cursor: string;
                    };
                };
            };
        };
    };
    pauseRun: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    reason?: string;
                };
            };
        };
        responses: {
            /** @description The run and its links */
            202: {
                content: {
                    "application/json": {
                        run: components["schemas"]["Run"];
                        links: {
                            [key: string]: string;
                        };
                    };
                };
            };
        };
    };
    resumeRun: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    reason?: string;
                };
            };
        };
        responses: {
            /** @description The run and its links */
            202: {
                content: {
                    "application/json": {
                        run: components["schemas"]["Run"];
                        links: {
                            [key: string]: string;
                        };
                    };
                };
            };
        };
    };
    cancelRun: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    reason?: string;
                };
            };
        };
        responses: {
            /** @description The run and its links */
            202: {
                content: {
                    "application/json": {
                        run: components["schemas"]["Run"];
                        links: {
                            [key: string]: string;
                        };
                    };
                };
            };
        };
    };
    retryRun: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    reason?: string;
                };
            };
        };
        responses: {
            /** @description The run and its links */
            202: {
                content: {
                    "application/json": {
                        run: components["schemas"]["Run"];
                        links: {
                            [key: string]: string;
                        };
                    };
                };
            };
        };
    };
    replayRun: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    reason?: string;
                };
            };
        };
        responses: {
            /** @description The run and what the replay found */
            202: {
                content: {
                    "application/json": {
                        run: components["schemas"]["Run"];
                        links: {
                            [key: string]: string;
                        };
                        replay: components["schemas"]["ReplayReport"];
                    };
                };
            };
        };
    };
    rewindRun: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    stepId: string;
                    changes?: {
                        input?: unknown;
                        output?: unknown;
                        covenant?: {
                            constraints?: {
                                /** @default 10000 */
                                costMicros?: number;
                                /** @default 60000 */
                                latencyMs?: number;
                                /** @default 8 */
                                quality?: number;
                            };
                            budget?: {
                                costMicros?: number;
                                tokens?: number;
                                timeMs?: number;
                                spawns?: number;
                            };
                            scope?: {
                                in?: string[];
                                out?: string[];
                            };
                            acceptance?: string[];
                        };
                    };
                    reason?: string;
                };
            };
        };
        responses: {
            /** @description The run and its links */
            202: {
                content: {
                    "application/json": {
                        run: components["schemas"]["Run"];
                        links: {
                            [key: string]: string;
                        };
                    };
                };
            };
        };
    };
    forkRun: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    stepId: string;
                    changes?: {
                        input?: unknown;
                        output?: unknown;
                        covenant?: {
                            constraints?: {
                                /** @default 10000 */
                                costMicros?: number;
                                /** @default 60000 */
                                latencyMs?: number;
                                /** @default 8 */
                                quality?: number;
                            };
                            budget?: {
                                costMicros?: number;
                                tokens?: number;
                                timeMs?: number;
                                spawns?: number;
                            };
                            scope?: {
                                in?: string[];
                                out?: string[];
                            };
                            acceptance?: string[];
                        };
                    };
                    reason?: string;
                };
            };
        };
        responses: {
            /** @description The run and its links */
            202: {
                content: {
                    "application/json": {
                        run: components["schemas"]["Run"];
                        links: {
                            [key: string]: string;
                        };
                    };
                };
            };
        };
    };
    injectMessage: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    content: string;
                    stepId?: string;
                };
            };
        };
        responses: {
            /** @description The message and the run */
            202: {
                content: {
                    "application/json": {
                        run: components["schemas"]["Run"];
                        links: {
                            [key: string]: string;
                        };
                        message: components["schemas"]["InjectedMessage"];
                    };
                };
            };
        };
    };
    exportRun: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The export */
            200: {
                content: {
                    "application/json": {
                        format: string;
                        version: number;
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    streamRunEvents: {
        parameters: {
            query?: {
                after?: string;
                limit?: number;
                types?: string;
                format?: "sse" | "json";
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Server-sent events, each with the id to resume after; or a page of the same events */
            200: {
                content: {
                    "text/event-stream": string;
                    "application/json": {
                        items: components["schemas"]["Event"][];
                        nextCursor: string | null;
                    };
                };
            };
        };
    };
    listSteps: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
                status?: "pending" | "queued" | "running" | "waiting" | "completed" | "failed" | "canceled" | "superseded";
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of steps */
            200: {
                content: {
                    "application/json": {
                        items: components["schemas"]["Step"][];
                        nextCursor: string | null;
                    };
                };
            };
        };
    };
    getStep: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                stepId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The step */
            200: {
                content: {
                    "application/json": {
                        step: components["schemas"]["Step"];
                    };
                };
            };
        };
    };
    overrideStep: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                stepId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    output: unknown;
                    reason?: string;
                };
            };
        };
        responses: {
            /** @description The run and its links */
            202: {
                content: {
                    "application/json": {
                        run: components["schemas"]["Run"];
                        links: {
                            [key: string]: string;
                        };
                    };
                };
            };
        };
    };
    retryStep: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                stepId: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    reason?: string;
                };
            };
        };
        responses: {
            /** @description The run and its links */
            202: {
                content: {
                    "application/json": {
                        run: components["schemas"]["Run"];
                        links: {
                            [key: string]: string;
                        };
                    };
                };
            };
        };
    };
    listWorkflows: {
        requestBody?: never;
        responses: {
            /** @description All templates */
            200: {
                content: {
                    "application/json": {
                        items: components["schemas"]["Workflow"][];
                        nextCursor: string | null;
                    };
                };
            };
        };
    };
    runWorkflow: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                template: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    intent?: string;
                    covenant?: {
                        /** @enum {string} */
                        mode?: "strict" | "auto" | "dry-run";
                        constraints?: {
                            /** @default 10000 */
                            costMicros?: number;
                            /** @default 60000 */
                            latencyMs?: number;
                            /** @default 8 */
                            quality?: number;
                        };
                        budget?: {
                            costMicros?: number;
                            tokens?: number;
                            timeMs?: number;
                            spawns?: number;
                        };
                        scope?: {
                            in?: string[];
                            out?: string[];
                        };
                        acceptance?: string[];
                    };
                    inputs?: {
                        [key: string]: unknown;
                    };
                    model?: string;
                };
            };
        };
        responses: {
            /** @description The run and its links */
            202: {
                content: {
                    "application/json": {
                        run: components["schemas"]["Run"];
                        links: {
                            [key: string]: string;
                        };
                    };
                };
            };
        };
    };
    listEffects: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
                stepId?: string;
                status?: "intended" | "done" | "failed" | "outcome_unknown";
                kind?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of effects */
            200: {
                content: {
                    "application/json": {
                        items: components["schemas"]["Effect"][];
                        nextCursor: string | null;
                    };
                };
            };
        };
    };
    getEffect: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                effectId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The effect */
            200: {
                content: {
                    "application/json": {
                        effect: components["schemas"]["Effect"];
                    };
                };
            };
        };
    };
    getCovenant: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The covenant */
            200: {
                content: {
                    "application/json": {
                        covenant: components["schemas"]["Covenant"];
                    };
                };
            };
        };
    };
    updateCovenant: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    constraints?: {
                        /** @default 10000 */
                        costMicros?: number;
                        /** @default 60000 */
                        latencyMs?: number;
                        /** @default 8 */
                        quality?: number;
                    };
                    budget?: {
                        costMicros?: number;
                        tokens?: number;
                        timeMs?: number;
                        spawns?: number;
                    };
                    scope?: {
                        in?: string[];
                        out?: string[];
                    };
                    acceptance?: string[];
                    intent?: string;
                };
            };
        };
        responses: {
            /** @description The covenant as changed */
            200: {
                content: {
                    "application/json": {
                        covenant: components["schemas"]["Covenant"];
                    };
                };
            };
        };
    };
    acceptCovenant: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    edits?: {
                        constraints?: {
                            /** @default 10000 */
                            costMicros?: number;
                            /** @default 60000 */
                            latencyMs?: number;
                            /** @default 8 */
                            quality?: number;
                        };
                        budget?: {
                            costMicros?: number;
                            tokens?: number;
                            timeMs?: number;
                            spawns?: number;
                        };
                        scope?: {
                            in?: string[];
                            out?: string[];
                        };
                        acceptance?: string[];
                        intent?: string;
                    };
                    reason?: string;
                };
            };
        };
        responses: {
            /** @description The covenant as accepted */
            200: {
                content: {
                    "application/json": {
                        covenant: components["schemas"]["Covenant"];
                    };
                };
            };
        };
    };
    listApprovals: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
                status?: "open" | "approved" | "rejected" | "answered" | "expired" | "canceled";
                runId?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of approvals */
            200: {
                content: {
                    "application/json": {
                        items: components["schemas"]["Approval"][];
                        nextCursor: string | null;
                    };
                };
            };
        };
    };
    getApproval: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The approval */
            200: {
                content: {
                    "application/json": {
                        approval: components["schemas"]["Approval"];
                    };
                };
            };
        };
    };
    answerApproval: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @enum {string} */
                    decision: "approve" | "reject" | "answer";
                    edits?: unknown;
                    value?: unknown;
                    receipt?: unknown;
                    reason?: string;
                };
            };
        };
        responses: {
            /** @description The approval as answered */
            200: {
                content: {
                    "application/json": {
                        approval: components["schemas"]["Approval"];
                    };
                };
            };
        };
    };
    listAgents: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
                kind?: "built-in" | "external";
                status?: "active" | "idle" | "waiting" | "offline";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of agents */
            200: {
                content: {
                    "application/json": {
                        items: components["schemas"]["RegisteredAgent"][];
                        nextCursor: string | null;
                    };
                };
            };
        };
    };
    registerAgent: {
        requestBody: {
            content: {
                "application/json": {
                    agentId?: string;
                    /** @enum {string} */
                    status?: "active" | "idle" | "waiting" | "offline";
                    currentTask?: string;
                    workingOn?: string;
                    capabilities?: string[];
                    offers?: string[];
                    needs?: string[];
                };
            };
        };
        responses: {
            /** @description The agent as updated */
            200: {
                content: {
                    "application/json": {
                        agent: components["schemas"]["ExternalAgent"];
                    };
                };
            };
            /** @description The agent as registered */
            201: {
                content: {
                    "application/json": {
                        agent: components["schemas"]["ExternalAgent"];
                    };
                };
            };
        };
    };
    getAgent: {
        parameters: {
            query?: {
                kind?: "built-in" | "external";
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The agent */
            200: {
                content: {
                    "application/json": {
                        agent: components["schemas"]["RegisteredAgent"];
                    };
                };
            };
        };
    };
    getHeartbeat: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Its health */
            200: {
                content: {
                    "application/json": components["schemas"]["HeartbeatHealth"];
                };
            };
        };
    };
    recordHeartbeat: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    tokensUsed?: number;
                    currentTask?: string;
                    /** @enum {string} */
                    status?: "active" | "idle" | "waiting" | "offline";
                };
            };
        };
        responses: {
            /** @description Recorded; `takenOver` tells an agent that came back what it lost */
            200: {
                content: {
                    "application/json": {
                        heartbeat: {
                            id: string;
                            /** Format: date-time */
                            timestamp: string;
                            takenOver?: {
                                by: string;
                                /** Format: date-time */
                                at: string;
                                message: string;
                            };
                        };
                    };
                };
            };
        };
    };
    getShadow: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Both sides of its watch */
            200: {
                content: {
                    "application/json": components["schemas"]["Shadow"];
                };
            };
        };
    };
    changeShadow: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @enum {string} */
                    action: "register-shadow";
                    shadowId: string;
                    stallThresholdMs?: number;
                    heartbeatIntervalMs?: number;
                } | {
                    /** @enum {string} */
                    action: "become-shadow";
                    primaryAgent: string;
                    stallThresholdMs?: number;
                    heartbeatIntervalMs?: number;
                } | {
                    /** @enum {string} */
                    action: "takeover";
                    force?: boolean;
                } | {
                    /** @enum {string} */
                    action: "configure";
                    stallThresholdMs?: number;
                    heartbeatIntervalMs?: number;
                };
            };
        };
        responses: {
            /** @description The watch as it is now; a takeover also says what changed hands */
            200: {
                content: {
                    "application/json": {
                        shadow: components["schemas"]["Shadow"];
                        takeover?: components["schemas"]["Takeover"];
                    };
                };
            };
        };
    };
    getWork: {
        parameters: {
            query?: {
                agentId?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What there is to know */
            200: {
                content: {
                    "application/json": components["schemas"]["HotStart"];
                };
            };
        };
    };
    onboard: {
        parameters: {
            query?: {
                agentId?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Everything to begin with */
            200: {
                content: {
                    "application/json": {
                        onboarding: components["schemas"]["Onboarding"];
                    };
                };
            };
        };
    };
    resumeSession: {
        requestBody?: never;
        responses: {
            /** @description The session */
            200: {
                content: {
                    "application/json": {
                        sessionResume: components["schemas"]["SessionResume"];
                    };
                };
            };
        };
    };
    getAgentState: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Its state */
            200: {
                content: {
                    "application/json": components["schemas"]["AgentState"];
                };
            };
        };
    };
    listChatMessages: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
                author?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of messages */
            200: {
                content: {
                    "application/json": {
                        items: components["schemas"]["ChatMessage"][];
                        nextCursor: string | null;
                    };
                };
            };
        };
    };
    postChatMessage: {
        requestBody: {
            content: {
                "application/json": {
                    author?: string;
                    /**
                     * @default agent
                     * @enum {string}
                     */
                    authorType?: "agent" | "human" | "system";
                    message: string;
                    threadId?: string;
                };
            };
        };
        responses: {
            /** @description The message */
            201: {
                content: {
                    "application/json": {
                        message: components["schemas"]["ChatMessage"];
                    };
                };
            };
        };
    };
    getChatMessage: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The message */
            200: {
                content: {
                    "application/json": {
                        message: components["schemas"]["ChatMessage"];
                    };
                };
            };
        };
    };
    searchChatMessages: {
        parameters: {
            query: {
                q: string;
                author?: string;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was found */
            200: {
                content: {
                    "application/json": {
                        items: {
                            id: string;
                            author: string;
                            /** @enum {string} */
                            authorType: "agent" | "human" | "system";
                            message: string;
                            /** Format: date-time */
                            timestamp: string;
                            reactions: {
                                emoji: string;
                                by: string;
                                /** Format: date-time */
                                at: string;
                            }[];
                            threadId?: string;
                            replyCount?: number;
                            mentions: string[];
                            score: number;
                        }[];
                        nextCursor: string | null;
                    };
                };
            };
        };
    };
    getThread: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
            };
            header?: never;
            path: {
                messageId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The first message and a page of replies */
            200: {
                content: {
                    "application/json": components["schemas"]["ThreadPage"];
                };
            };
        };
    };
    replyInThread: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                messageId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    author?: string;
                    /**
                     * @default agent
                     * @enum {string}
                     */
                    authorType?: "agent" | "human" | "system";
                    message: string;
                };
            };
        };
        responses: {
            /** @description The reply */
            201: {
                content: {
                    "application/json": {
                        message: components["schemas"]["ChatMessage"];
                    };
                };
            };
        };
    };
    addReaction: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    emoji: string;
                    by?: string;
                };
            };
        };
        responses: {
            /** @description The message with it */
            200: {
                content: {
                    "application/json": {
                        message: components["schemas"]["ChatMessage"];
                        reaction: {
                            emoji: string;
                            by: string;
                            /** Format: date-time */
                            at: string;
                        };
                    };
                };
            };
        };
    };
    removeReaction: {
        parameters: {
            query?: {
                by?: string;
            };
            header?: never;
            path: {
                id: string;
                emoji: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The message without it */
            200: {
                content: {
                    "application/json": {
                        message: components["schemas"]["ChatMessage"];
                    };
                };
            };
        };
    };
    listKudos: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
                from?: string;
                to?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of kudos */
            200: {
                content: {
                    "application/json": {
                        items: components["schemas"]["Kudos"][];
                        nextCursor: string | null;
                    };
                };
            };
        };
    };
    giveKudos: {
        requestBody: {
            content: {
                "application/json": {
                    from?: string;
                    to: string;
                    note: string;
                    messageId?: string;
                };
            };
        };
        responses: {
            /** @description The kudos */
            201: {
                content: {
                    "application/json": {
                        kudos: components["schemas"]["Kudos"];
                    };
                };
            };
        };
    };
    listAgentMessages: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
                unread?: "true" | "false";
                type?: "note" | "status" | "handoff" | "mention";
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of messages */
            200: {
                content: {
                    "application/json": {
                        items: components["schemas"]["InboxMessage"][];
                        nextCursor: string | null;
                    };
                };
            };
        };
    };
    sendAgentMessage: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    from?: string;
                    message: string;
                    /**
                     * @default note
                     * @enum {string}
                     */
                    type?: "note" | "status" | "handoff" | "mention";
                };
            };
        };
        responses: {
            /** @description The message */
            201: {
                content: {
                    "application/json": {
                        message: components["schemas"]["InboxMessage"];
                    };
                };
            };
        };
    };
    markAgentMessagesRead: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    messageIds: string[];
                };
            };
        };
        responses: {
            /** @description Those unread until now */
            200: {
                content: {
                    "application/json": {
                        messageIds: string[];
                    };
                };
            };
        };
    };
    listMemories: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
                category?: "discovery" | "decision" | "blocker" | "learning" | "pattern" | "warning";
                query?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of memories; with a query each has a score */
            200: {
                content: {
                    "application/json": {
                        items: {
                            id: string;
                            agentId: string;
                            /** @enum {string} */
                            category: "discovery" | "decision" | "blocker" | "learning" | "pattern" | "warning";
                            content: string;
                            tags: string[];
                            /** Format: date-time */
                            timestamp: string;
                            score?: number;
                        }[];
                        nextCursor: string | null;
                    };
                };
            };
        };
    };
    saveMemory: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * @default learning
                     * @enum {string}
                     */
                    category?: "discovery" | "decision" | "blocker" | "learning" | "pattern" | "warning";
                    content: string;
                    /** @default [] */
                    tags?: string[];
                };
            };
        };
        responses: {
            /** @description The memory */
            201: {
                content: {
                    "application/json": {
                        memory: components["schemas"]["Memory"];
                    };
                };
            };
        };
    };
    getMemory: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                memoryId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The memory */
            200: {
                content: {
                    "application/json": {
                        memory: components["schemas"]["Memory"];
                    };
                };
            };
        };
    };
    deleteMemory: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                memoryId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone */
            204: {
                content?: never;
            };
        };
    };
    searchMemories: {
        parameters: {
            query: {
                q: string;
                agentId?: string;
                category?: "discovery" | "decision" | "blocker" | "learning" | "pattern" | "warning";
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was found */
            200: {
                content: {
                    "application/json": {
                        items: {
                            id: string;
                            agentId: string;
                            /** @enum {string} */
                            category: "discovery" | "decision" | "blocker" | "learning" | "pattern" | "warning";
                            content: string;
                            tags: string[];
                            /** Format: date-time */
                            timestamp: string;
                            score: number;
                        }[];
                        nextCursor: string | null;
                    };
                };
            };
        };
    };
    getDigest: {
        parameters: {
            query?: {
                agentId?: string;
                /** @description An ISO 8601 time or the nextCursor of the last digest; default one day back */
                since?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The digest */
            200: {
                content: {
                    "application/json": components["schemas"]["Digest"];
                };
            };
        };
    };
    listLocks: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
                agentId?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of locks */
            200: {
                content: {
                    "application/json": {
                        items: components["schemas"]["Lock"][];
                        nextCursor: string | null;
                    };
                };
            };
        };
    };
    acquireLocks: {
        parameters: {
            query?: {
                waitMs?: number | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    path?: string;
                    paths?: string[];
                    glob?: string;
                    agentId?: string;
                    reason?: string;
                    resourceType?: string;
                    ttlMs?: number;
                };
            };
        };
        responses: {
            /** @description Renewed: held by this agent before */
            200: {
                content: {
                    "application/json": {
                        lock?: components["schemas"]["Lock"];
                        locks: components["schemas"]["Lock"][];
                        renewed: boolean;
                    };
                };
            };
            /** @description Granted */
            201: {
                content: {
                    "application/json": {
                        lock?: components["schemas"]["Lock"];
                        locks: components["schemas"]["Lock"][];
                        renewed: boolean;
                    };
                };
            };
        };
    };
    checkLocks: {
        requestBody: {
            content: {
                "application/json": {
                    path?: string;
                    paths?: string[];
                    glob?: string;
                    agentId?: string;
                };
            };
        };
        responses: {
            /** @description Conflicts */
            200: {
                content: {
                    "application/json": {
                        free: boolean;
                        conflicts: components["schemas"]["Lock"][];
                        waiting: number;
                    };
                };
            };
        };
    };
    getLock: {
        parameters: {
            query?: {
                glob?: "true" | "false";
            };
            header?: never;
            path: {
                path: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The state */
            200: {
                content: {
                    "application/json": components["schemas"]["LockState"];
                };
            };
        };
    };
    releaseLock: {
        parameters: {
            query?: {
                glob?: "true" | "false";
                agentId?: string;
                force?: "true" | "false";
                token?: number;
            };
            header?: never;
            path: {
                path: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Released, or nobody held it */
            200: {
                content: {
                    "application/json": {
                        resourcePath: string;
                        released: boolean;
                        /** @enum {string} */
                        releaseReason?: "manual" | "expired" | "stolen" | "takeover";
                        previousOwner?: string;
                    };
                };
            };
        };
    };
    getLockHistory: {
        parameters: {
            query?: {
                glob?: "true" | "false";
            };
            header?: never;
            path: {
                path: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The history */
            200: {
                content: {
                    "application/json": {
                        resourcePath: string;
                        currentLock: components["schemas"]["Lock"] & (Record<string, never> | null);
                        history: components["schemas"]["LockHistoryEntry"][];
                    };
                };
            };
        };
    };
    guardLock: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                path: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    token: number;
                };
            };
        };
        responses: {
            /** @description The token is good */
            200: {
                content: {
                    "application/json": {
                        /** @enum {boolean} */
                        valid: true;
                        lock: components["schemas"]["Lock"];
                    };
                };
            };
        };
    };
    listModels: {
        parameters: {
            query?: {
                provider?: string;
                tier?: "primary" | "edge" | "flagship" | "local" | "custom" | "demo";
                all?: "true" | "false";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All models */
            200: {
                content: {
                    "application/json": {
                        items: components["schemas"]["Model"][];
                        nextCursor: string | null;
                    };
                };
            };
        };
    };
    createModel: {
        requestBody: {
            content: {
                "application/json": {
                    id: string;
                    provider: string;
                    upstreamId?: string;
                    /** @default true */
                    enabled?: boolean;
                    /**
                     * @default custom
                     * @enum {string}
                     */
                    tier?: "primary" | "edge" | "flagship" | "local" | "custom";
                    /** @default null */
                    priceInMicrosPerMTok?: number | null;
                    /** @default null */
                    priceOutMicrosPerMTok?: number | null;
                    /** Format: date */
                    asOf?: string;
                    /** @default null */
                    tokensPerSecond?: number | null;
                    /** @default 128000 */
                    contextTokens?: number;
                    /** @default 16384 */
                    maxOutputTokens?: number;
                    /**
                     * @default [
                     *       "chat",
                     *       "code",
                     *       "tools",
                     *       "json"
                     *     ]
                     */
                    capabilities?: ("chat" | "code" | "reasoning" | "tools" | "vision" | "json" | "embeddings")[];
                };
            };
        };
        responses: {
            /** @description The model */
            201: {
                content: {
                    "application/json": {
                        model: components["schemas"]["Model"];
                    };
                };
            };
        };
    };
    getModel: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Percent-encoded: ids contain slashes */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The model */
            200: {
                content: {
                    "application/json": {
                        model: components["schemas"]["Model"];
                    };
                };
            };
        };
    };
    deleteModel: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Percent-encoded: ids contain slashes */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is so */
            204: {
                content?: never;
            };
        };
    };
    updateModel: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Percent-encoded: ids contain slashes */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    enabled?: boolean;
                    upstreamId?: string | null;
                    /** @enum {string|null} */
                    tier?: "primary" | "edge" | "flagship" | "local" | "custom" | null;
                    priceInMicrosPerMTok?: number | null;
                    priceOutMicrosPerMTok?: number | null;
                    /** Format: date */
                    asOf?: string | null;
                    tokensPerSecond?: number | null;
                    contextTokens?: number | null;
                    maxOutputTokens?: number | null;
                    capabilities?: ("chat" | "code" | "reasoning" | "tools" | "vision" | "json" | "embeddings")[] | null;
                };
            };
        };
        responses: {
            /** @description The model as changed */
            200: {
                content: {
                    "application/json": {
                        model: components["schemas"]["Model"];
                    };
                };
            };
        };
    };
    listProviders: {
        requestBody?: never;
        responses: {
            /** @description All providers */
            200: {
                content: {
                    "application/json": {
                        items: components["schemas"]["Provider"][];
                        nextCursor: string | null;
                    };
                };
            };
        };
    };
    createProvider: {
        requestBody: {
            content: {
                "application/json": {
                    id: string;
                    name?: string;
                    /** Format: uri */
                    baseUrl: string;
                    apiKey?: string;
                    /** @default true */
                    enabled?: boolean;
                    /** @default false */
                    allowPrivate?: boolean;
                    aiGatewayPath?: string;
                };
            };
        };
        responses: {
            /** @description The provider, its key masked */
            201: {
                content: {
                    "application/json": {
                        provider: components["schemas"]["Provider"];
                    };
                };
            };
        };
    };
    getProvider: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The provider */
            200: {
                content: {
                    "application/json": {
                        provider: components["schemas"]["Provider"];
                    };
                };
            };
        };
    };
    setProviderKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    apiKey: string;
                };
            };
        };
        responses: {
            /** @description The provider, its key masked */
            200: {
                content: {
                    "application/json": {
                        provider: components["schemas"]["Provider"];
                    };
                };
            };
        };
    };
    deleteProvider: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is so */
            204: {
                content?: never;
            };
        };
    };
    updateProvider: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name?: string | null;
                    /** Format: uri */
                    baseUrl?: string | null;
                    apiKey?: string | null;
                    enabled?: boolean;
                    allowPrivate?: boolean;
                    aiGatewayPath?: string | null;
                };
            };
        };
        responses: {
            /** @description The provider as changed */
            200: {
                content: {
                    "application/json": {
                        provider: components["schemas"]["Provider"];
                    };
                };
            };
        };
    };
    testProvider: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    model?: string;
                };
            };
        };
        responses: {
            /** @description How it went */
            200: {
                content: {
                    "application/json": {
                        ok: boolean;
                        latencyMs: number;
                        model?: string;
                        models?: string[];
                        costMicros?: number;
                        error?: {
                            code: string;
                            message: string;
                        };
                    };
                };
            };
        };
    };
    listRouteDecisions: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of decisions */
            200: {
                content: {
                    "application/json": {
                        items: components["schemas"]["RouteDecision"][];
                        nextCursor: string | null;
                    };
                };
            };
        };
    };
    getRouteDecision: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The decision */
            200: {
                content: {
                    "application/json": {
                        decision: components["schemas"]["RouteDecision"];
                    };
                };
            };
        };
    };
    previewRoute: {
        requestBody: {
            content: {
                "application/json": components["schemas"]["RoutePreviewInput"];
            };
        };
        responses: {
            /** @description The decision */
            200: {
                content: {
                    "application/json": {
                        decision: {
                            requested: string;
                            model: string;
                            provider: string;
                            tier: string;
                            reason: string;
                            complexity?: {
                                score: number;
                                features: string[];
                            };
                            pinned?: boolean;
                            rejected: {
                                model: string;
                                provider: string;
                                reason: string;
                            }[];
                            fallbacks: string[];
                            estimatedCostMicros?: number;
                            answeredBy?: string;
                        };
                    };
                };
            };
        };
    };
    getGatewayCache: {
        parameters: {
            query?: {
                days?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The figures */
            200: {
                content: {
                    "application/json": components["schemas"]["GatewayCache"];
                };
            };
        };
    };
    clearGatewayCache: {
        requestBody?: never;
        responses: {
            /** @description How many there were */
            200: {
                content: {
                    "application/json": components["schemas"]["ClearedCache"];
                };
            };
        };
    };
    streamEvents: {
        parameters: {
            query?: {
                after?: string;
                limit?: number;
                types?: string;
                format?: "sse" | "json";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Server-sent events, each with the id to resume after; or a page of the same events */
            200: {
                content: {
                    "text/event-stream": string;
                    "application/json": {
                        items: components["schemas"]["Event"][];
                        nextCursor: string | null;
                    };
                };
            };
        };
    };
    getCaller: {
        requestBody?: never;
        responses: {
            /** @description The caller */
            200: {
                content: {
                    "application/json": {
                        caller: components["schemas"]["Caller"];
                    };
                };
            };
        };
    };
    listKeys: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of keys */
            200: {
                content: {
                    "application/json": {
                        items: components["schemas"]["ApiKey"][];
                        nextCursor: string | null;
                    };
                };
            };
        };
    };
    createKey: {
        requestBody: {
            content: {
                "application/json": components["schemas"]["ApiKeyInput"];
            };
        };
        responses: {
            /** @description The key */
            201: {
                content: {
                    "application/json": {
                        key: components["schemas"]["ApiKey"];
                        /** @description The key itself, shown this once: send it as `Authorization: Bearer mst_…` */
                        token: string;
                    };
                };
            };
        };
    };
    getKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The key */
            200: {
                content: {
                    "application/json": {
                        key: components["schemas"]["ApiKey"];
                    };
                };
            };
        };
    };
    revokeKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The key as revoked */
            200: {
                content: {
                    "application/json": {
                        key: components["schemas"]["ApiKey"];
                    };
                };
            };
        };
    };
    getCoordinationSettings: {
        requestBody?: never;
        responses: {
            /** @description The settings */
            200: {
                content: {
                    "application/json": {
                        settings: components["schemas"]["CoordinationSettings"];
                        /** @description What differs from the defaults */
                        changed: {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
    };
    updateCoordinationSettings: {
        requestBody: {
            content: {
                "application/json": {
                    [key: string]: unknown;
                };
            };
        };
        responses: {
            /** @description The settings as changed */
            200: {
                content: {
                    "application/json": {
                        settings: components["schemas"]["CoordinationSettings"];
                        /** @description What differs from the defaults */
                        changed: {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
    };
    getGatewaySettings: {
        requestBody?: never;
        responses: {
            /** @description The settings */
            200: {
                content: {
                    "application/json": {
                        settings: components["schemas"]["GatewaySettings"];
                        /** @description What differs from the defaults */
                        changed: {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
    };
    updateGatewaySettings: {
        requestBody: {
            content: {
                "application/json": {
                    [key: string]: unknown;
                };
            };
        };
        responses: {
            /** @description The settings as changed */
            200: {
                content: {
                    "application/json": {
                        settings: components["schemas"]["GatewaySettings"];
                        /** @description What differs from the defaults */
                        changed: {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
    };
    getCheckpoint: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The checkpoint */
            200: {
                content: {
                    "application/json": {
                        checkpoint: components["schemas"]["Checkpoint"];
                    };
                };
            };
        };
    };
    saveCheckpoint: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    conversationSummary?: string | null;
                    accomplishments?: string[];
                    pendingWork?: string[];
                    recentContext?: string | null;
                    filesEdited?: string[];
                    token?: number;
                    resourcePath?: string;
                };
            };
        };
        responses: {
            /** @description The checkpoint as it is now */
            200: {
                content: {
                    "application/json": {
                        checkpoint: components["schemas"]["Checkpoint"];
                    };
                };
            };
        };
    };
    listCheckpoints: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of checkpoints */
            200: {
                content: {
                    "application/json": {
                        items: components["schemas"]["Checkpoint"][];
                        nextCursor: string | null;
                    };
                };
            };
        };
    };
    getSoul: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The soul */
            200: {
                content: {
                    "application/json": {
                        soul: components["schemas"]["Soul"];
                    };
                };
            };
        };
    };
    createSoul: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    name?: string;
                    personality?: string | null;
                };
            };
        };
        responses: {
            /** @description The soul there was */
            200: {
                content: {
                    "application/json": {
                        soul: components["schemas"]["Soul"];
                        created: boolean;
                    };
                };
            };
            /** @description The new soul */
            201: {
                content: {
                    "application/json": {
                        soul: components["schemas"]["Soul"];
                        created: boolean;
                    };
                };
            };
        };
    };
    addXp: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    xp: number;
                    source?: string;
                };
            };
        };
        responses: {
            /** @description What was gained */
            200: {
                content: {
                    "application/json": components["schemas"]["SoulGain"];
                };
            };
        };
    };
    countTrace: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    traceId: string;
                    /** @enum {string} */
                    domain?: "frontend" | "backend" | "devops" | "research";
                };
            };
        };
        responses: {
            /** @description What was gained */
            200: {
                content: {
                    "application/json": components["schemas"]["SoulGain"];
                };
            };
        };
    };
    unlockAchievement: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    achievementId: string;
                };
            };
        };
        responses: {
            /** @description The achievement */
            200: {
                content: {
                    "application/json": {
                        achievement: components["schemas"]["Achievement"];
                        alreadyUnlocked: boolean;
                        soul: components["schemas"]["Soul"];
                    };
                };
            };
        };
    };
    getAgentDashboard: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The dashboard */
            200: {
                content: {
                    "application/json": {
                        dashboard: components["schemas"]["AgentDashboard"];
                    };
                };
            };
        };
    };
    listTraces: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of traces */
            200: {
                content: {
                    "application/json": {
                        items: components["schemas"]["Trace"][];
                        nextCursor: string | null;
                    };
                };
            };
        };
    };
    startTrace: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    task: string;
                    sessionId?: string;
                };
            };
        };
        responses: {
            /** @description The trace */
            201: {
                content: {
                    "application/json": {
                        trace: components["schemas"]["Trace"];
                    };
                };
            };
        };
    };
    getTrace: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                sessionId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The trace */
            200: {
                content: {
                    "application/json": {
                        trace: components["schemas"]["Trace"];
                    };
                };
            };
        };
    };
    listTraceSteps: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
            };
            header?: never;
            path: {
                id: string;
                sessionId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of steps */
            200: {
                content: {
                    "application/json": {
                        items: components["schemas"]["TraceStep"][];
                        nextCursor: string | null;
                    };
                };
            };
        };
    };
    addTraceStep: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                sessionId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    tool: string;
                    intent?: string;
                    /** @enum {string} */
                    outcome: "found" | "partial" | "nothing" | "error";
                    durationMs?: number;
                    /** @enum {string} */
                    contributionType?: "direct" | "enabling" | "supporting" | "pruning" | "minimal";
                    knowledgeGained?: string | string[];
                    eliminatedPaths?: string | string[];
                    dependsOn?: string | string[];
                };
            };
        };
        responses: {
            /** @description The step, and the escalation while one is open */
            201: {
                content: {
                    "application/json": {
                        step: components["schemas"]["TraceStep"];
                        escalation?: components["schemas"]["StepEscalation"];
                    };
                };
            };
        };
    };
    completeTrace: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                sessionId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The trace and its summary */
            200: {
                content: {
                    "application/json": {
                        trace: components["schemas"]["Trace"];
                        summary: components["schemas"]["TraceSummary"];
                    };
                };
            };
        };
    };
    getAgentFlow: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The flow */
            200: {
                content: {
                    "application/json": {
                        flow: components["schemas"]["Flow"];
                    };
                };
            };
        };
    };
    listTraceEscalations: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
            };
            header?: never;
            path: {
                id: string;
                sessionId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of escalations */
            200: {
                content: {
                    "application/json": {
                        items: components["schemas"]["Escalation"][];
                        nextCursor: string | null;
                    };
                };
            };
        };
    };
    listAgentEscalations: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
                open?: "true" | "false";
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of escalations */
            200: {
                content: {
                    "application/json": {
                        items: components["schemas"]["Escalation"][];
                        nextCursor: string | null;
                    };
                };
            };
        };
    };
    listOpenEscalations: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of escalations */
            200: {
                content: {
                    "application/json": {
                        items: components["schemas"]["Escalation"][];
                        nextCursor: string | null;
                    };
                };
            };
        };
    };
    resolveEscalation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                escalationId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @enum {string} */
                    resolvedBy: "self" | "peer" | "human";
                    resolverAgent?: string;
                    helpfulHint?: string;
                };
            };
        };
        responses: {
            /** @description The escalation as resolved */
            200: {
                content: {
                    "application/json": {
                        escalation: components["schemas"]["Escalation"];
                    };
                };
            };
        };
    };
    listTasks: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
                status?: "todo" | "in-progress" | "blocked" | "done";
                assignee?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of tasks */
            200: {
                content: {
                    "application/json": {
                        items: components["schemas"]["Task"][];
                        nextCursor: string | null;
                    };
                };
            };
        };
    };
    createTask: {
        requestBody: {
            content: {
                "application/json": {
                    id?: string;
                    title: string;
                    description?: string;
                    /**
                     * @default todo
                     * @enum {string}
                     */
                    status?: "todo" | "in-progress" | "blocked" | "done";
                    assignee?: string;
                    createdBy?: string;
                    /**
                     * @default medium
                     * @enum {string}
                     */
                    priority?: "low" | "medium" | "high" | "urgent";
                    /** @default [] */
                    tags?: string[];
                    /** @default [] */
                    files?: string[];
                    /** @default [] */
                    dependsOn?: string[];
                };
            };
        };
        responses: {
            /** @description The new task */
            201: {
                content: {
                    "application/json": {
                        task: components["schemas"]["Task"];
                    };
                };
            };
        };
    };
    getTask: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The task */
            200: {
                content: {
                    "application/json": {
                        task: components["schemas"]["Task"];
                    };
                };
            };
        };
    };
    deleteTask: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone */
            204: {
                content?: never;
            };
        };
    };
    updateTask: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    title?: string;
                    description?: string | null;
                    /** @enum {string} */
                    status?: "todo" | "in-progress" | "blocked" | "done";
                    assignee?: string | null;
                    /** @enum {string} */
                    priority?: "low" | "medium" | "high" | "urgent";
                    tags?: string[];
                    files?: string[];
                    dependsOn?: string[];
                };
            };
        };
        responses: {
            /** @description The task as changed */
            200: {
                content: {
                    "application/json": {
                        task: components["schemas"]["Task"];
                    };
                };
            };
        };
    };
    claimTask: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    agentId?: string;
                };
            };
        };
        responses: {
            /** @description The task as claimed */
            200: {
                content: {
                    "application/json": {
                        task: components["schemas"]["Task"];
                    };
                };
            };
        };
    };
    releaseTask: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    agentId?: string;
                };
            };
        };
        responses: {
            /** @description The task as released */
            200: {
                content: {
                    "application/json": {
                        task: components["schemas"]["Task"];
                    };
                };
            };
        };
    };
    completeTask: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    agentId?: string;
                    token?: number;
                    resourcePath?: string;
                };
            };
        };
        responses: {
            /** @description The finished task */
            200: {
                content: {
                    "application/json": {
                        task: components["schemas"]["Task"];
                    };
                };
            };
        };
    };
    listZones: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
                owner?: string;
                path?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of zones */
            200: {
                content: {
                    "application/json": {
                        items: components["schemas"]["Zone"][];
                        nextCursor: string | null;
                    };
                };
            };
        };
    };
    claimZone: {
        requestBody: {
            content: {
                "application/json": {
                    zoneId: string;
                    path: string;
                    owner?: string;
                    description?: string;
                };
            };
        };
        responses: {
            /** @description The zone */
            200: {
                content: {
                    "application/json": {
                        zone: components["schemas"]["Zone"];
                    };
                };
            };
        };
    };
    getZone: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The zone */
            200: {
                content: {
                    "application/json": {
                        zone: components["schemas"]["Zone"];
                    };
                };
            };
        };
    };
    releaseZone: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is released */
            204: {
                content?: never;
            };
        };
    };
    listClaims: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
                what?: string;
                by?: string;
                includeStale?: "true" | "false";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of claims */
            200: {
                content: {
                    "application/json": {
                        items: components["schemas"]["Claim"][];
                        nextCursor: string | null;
                    };
                };
            };
        };
    };
    claimWork: {
        requestBody: {
            content: {
                "application/json": {
                    what: string;
                    by?: string;
                    description?: string;
                };
            };
        };
        responses: {
            /** @description The claim */
            200: {
                content: {
                    "application/json": {
                        claim: components["schemas"]["Claim"];
                    };
                };
            };
        };
    };
    releaseClaim: {
        parameters: {
            query: {
                what: string;
                by?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is released */
            204: {
                content?: never;
            };
        };
    };
    listHandoffs: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
                toAgent?: string;
                fromAgent?: string;
                status?: "pending" | "claimed" | "completed";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of handoffs */
            200: {
                content: {
                    "application/json": {
                        items: components["schemas"]["Handoff"][];
                        nextCursor: string | null;
                    };
                };
            };
        };
    };
    createHandoff: {
        requestBody: {
            content: {
                "application/json": {
                    fromAgent?: string;
                    toAgent?: string;
                    title: string;
                    context: string;
                    code?: string;
                    filePath?: string;
                    /** @default [] */
                    nextSteps?: string[];
                    /**
                     * @default medium
                     * @enum {string}
                     */
                    priority?: "low" | "medium" | "high" | "urgent";
                };
            };
        };
        responses: {
            /** @description The new handoff */
            201: {
                content: {
                    "application/json": {
                        handoff: components["schemas"]["Handoff"];
                    };
                };
            };
        };
    };
    getHandoff: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The handoff */
            200: {
                content: {
                    "application/json": {
                        handoff: components["schemas"]["Handoff"];
                    };
                };
            };
        };
    };
    deleteHandoff: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone */
            204: {
                content?: never;
            };
        };
    };
    claimHandoff: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    agentId?: string;
                };
            };
        };
        responses: {
            /** @description The handoff as claimed */
            200: {
                content: {
                    "application/json": {
                        handoff: components["schemas"]["Handoff"];
                    };
                };
            };
        };
    };
    completeHandoff: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    agentId?: string;
                    token?: number;
                    resourcePath?: string;
                };
            };
        };
        responses: {
            /** @description The finished handoff */
            200: {
                content: {
                    "application/json": {
                        handoff: components["schemas"]["Handoff"];
                    };
                };
            };
        };
    };
    listBudgets: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
                scope?: "workspace" | "key" | "agent" | "session";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of budgets */
            200: {
                content: {
                    "application/json": {
                        items: components["schemas"]["Budget"][];
                        nextCursor: string | null;
                    };
                };
            };
        };
    };
    getBudget: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                scope: "workspace" | "key" | "agent" | "session";
                subject: string;
                period: "total" | "day" | "month";
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The budget */
            200: {
                content: {
                    "application/json": {
                        budget: components["schemas"]["Budget"];
                    };
                };
            };
        };
    };
    setBudget: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                scope: "workspace" | "key" | "agent" | "session";
                subject: string;
                period: "total" | "day" | "month";
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BudgetInput"];
            };
        };
        responses: {
            /** @description The budget */
            200: {
                content: {
                    "application/json": {
                        budget: components["schemas"]["Budget"];
                    };
                };
            };
        };
    };
    removeBudget: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                scope: "workspace" | "key" | "agent" | "session";
                subject: string;
                period: "total" | "day" | "month";
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone */
            204: {
                content?: never;
            };
        };
    };
    resetBudget: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                scope: "workspace" | "key" | "agent" | "session";
                subject: string;
                period: "total" | "day" | "month";
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BudgetReset"];
            };
        };
        responses: {
            /** @description The budget */
            200: {
                content: {
                    "application/json": {
                        budget: components["schemas"]["Budget"];
                    };
                };
            };
        };
    };
    getGatewayUsage: {
        parameters: {
            query?: {
                from?: string;
                to?: string;
                step?: "hour" | "day";
                by?: "time" | "model" | "provider" | "tier" | "key" | "agent";
                model?: string;
                provider?: string;
                keyId?: string;
                agentId?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The sums */
            200: {
                content: {
                    "application/json": components["schemas"]["UsageReport"];
                };
            };
        };
    };
    listGatewayCalls: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
                status?: "running" | "done" | "failed" | "cut" | "canceled";
                model?: string;
                provider?: string;
                keyId?: string;
                agentId?: string;
                sessionId?: string;
                runId?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of calls */
            200: {
                content: {
                    "application/json": {
                        items: components["schemas"]["GatewayCall"][];
                        nextCursor: string | null;
                    };
                };
            };
        };
    };
    listLiveGatewayCalls: {
        requestBody?: never;
        responses: {
            /** @description The calls */
            200: {
                content: {
                    "application/json": {
                        items: components["schemas"]["GatewayCall"][];
                    };
                };
            };
        };
    };
    getGatewayCall: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The call */
            200: {
                content: {
                    "application/json": {
                        call: components["schemas"]["GatewayCall"];
                    };
                };
            };
        };
    };
}
declare class Api {
    #private;
    /** How requests are made; for a path the document does not know. */
    readonly transport: Transport;
    constructor(transport: Transport);
    get<P extends PathOf<"get">>(path: P, ...[options]: OptionsArgument<Operation<"get", P>>): Promise<Answer<Operation<"get", P>>>;
    post<P extends PathOf<"post">>(path: P, ...[options]: OptionsArgument<Operation<"post", P>>): Promise<Answer<Operation<"post", P>>>;
    put<P extends PathOf<"put">>(path: P, ...[options]: OptionsArgument<Operation<"put", P>>): Promise<Answer<Operation<"put", P>>>;
    patch<P extends PathOf<"patch">>(path: P, ...[options]: OptionsArgument<Operation<"patch", P>>): Promise<Answer<Operation<"patch", P>>>;
    delete<P extends PathOf<"delete">>(path: P, ...[options]: OptionsArgument<Operation<"delete", P>>): Promise<Answer<Operation<"delete", P>>>;
    /** Every item of a list, page after page, as it is read. */
    all<P extends PathOf<"get">>(path: P, options: Options<Operation<"get", P>>): AsyncGenerator<ItemOf<P>, void>;
    /** Who the server takes this program for; asked once. */
    me(): Promise<Schema<"Caller">>;
    /** The agent this program acts as: given to `connect`, else the one its key is bound to. */
    agentId(): Promise<string>;
}
/** Asks nothing yet: `const muster = connect({ url, key, agentId: "phoenix" })`. */
declare function connect(options?: ConnectOptions): Muster;
/** What went wrong, as the server said it (RFC 9457), or why it could not be asked. */
interface FieldProblem {
    readonly path: string;
    readonly message: string;
}
/** A problem's members; an error may carry more, such as `lockedBy` of a lock. */
interface Problem {
    readonly type: string;
    readonly title: string;
    /** HTTP status; 0: no answer came. */
    readonly status: number;
    readonly detail: string;
    /** The server's code, or `unreachable`, `timeout`, `closed`. */
    readonly code: string;
    readonly requestId?: string;
    readonly errors?: readonly FieldProblem[];
    readonly [member: string]: unknown;
}
/** The one error this client throws, besides the reason of your own `AbortSignal`. */
declare class MusterError extends Error {
    readonly name = "MusterError";
    readonly problem: Problem;
    /** How long the server asks to wait before trying again. */
    readonly retryAfterMs: number | undefined;
    constructor(problem: Problem, retryAfterMs?: number, cause?: unknown);
    get code(): string;
    get status(): number;
    /** The fields that were wrong, of an `invalid_input`. */
    get errors(): readonly FieldProblem[];
}
/** For `catch`: a MusterError, of this code where one is given. */
declare function isMusterError(error: unknown, code?: string): error is MusterError;
declare function localError(code: string, detail: string, cause?: unknown): MusterError;
/** The error an answer that is not 2xx stands for; also of a proxy that does not speak our problems. */
declare function errorOf(response: Response): Promise<MusterError>;
/** One fact, in commit order; its own fields stand beside these. */
interface MusterEvent {
    /** Where to resume: `events({after: event.id})`. */
    readonly id: string;
    /** `task.claimed`, `lock.granted`, `chat.posted` … or `reset`: events were missed, read anew. */
    readonly type: string;
    readonly at: string;
    readonly actor?: string;
    readonly stream: string;
    readonly [field: string]: any;
}
type StreamState = "connecting" | "live" | "reconnecting";
interface EventOptions {
    /** Event types; `task.*` takes all of a kind. Default: all but text deltas. */
    readonly types?: readonly string[];
    /** An event's id, `latest` (the default: what happens from now on) or `start`. */
    readonly after?: string;
    /** Ends the iteration, without an error. */
    readonly signal?: AbortSignal | undefined;
    readonly onState?: (state: StreamState) => void;
}
/** Events of a stream for as long as they are read. Throws `MusterError` when the stream is refused. */
declare function followEvents(transport: Transport, path: string, options?: EventOptions): AsyncGenerator<MusterEvent, void>;
/** Frames of a server-sent stream, whatever pieces they arrive in (WHATWG HTML, 9.2.6). */
interface Frame {
    /** Absent on control frames: `ready`, `ping`, `reset`, `closed`. */
    readonly id: string | undefined;
    readonly type: string;
    readonly data: string;
}
declare class FrameParser {
    #private;
    push(chunk: string): Frame[];
}
interface AcquireOptions {
    /** How long to wait in the queue for others. Default 0: refused at once when held. */
    readonly waitMs?: number;
    /** How long it outlives this program. Default 60 000; it is renewed while held. */
    readonly ttlMs?: number;
    /** What others read about it. */
    readonly reason?: string;
    readonly resourceType?: string;
    /** Leaves the queue, and gives back what was granted meanwhile. */
    readonly signal?: AbortSignal | undefined;
}
/** A path, several of which all or none are locked, or a pattern: `{ glob: "src/**" }`. */
type LockTarget = string | readonly string[] | {
    readonly glob: string;
};
declare class Locks {
    #private;
    constructor(api: Api);
    /**
     * `await using lock = await muster.locks.acquire("src/a.ts", { waitMs: 30_000 })`. Throws `conflict`
     * with `lockedBy` and `expiresAt` in its `problem` when another holds it to the end of the wait.
     */
    acquire(target: LockTarget, options?: AcquireOptions): Promise<HeldLock>;
    /** Does something while holding it. Its signal aborts when the lock is lost. */
    with<T>(target: LockTarget, options: AcquireOptions, work: (lock: HeldLock) => Promise<T> | T): Promise<T>;
    /** Who holds what now. */
    list(): AsyncGenerator<Schema<"Lock">, void>;
}
interface Asking {
    readonly path?: string;
    readonly paths?: readonly string[];
    readonly glob?: string;
    readonly ttlMs: number;
    readonly reason?: string | undefined;
    readonly resourceType?: string | undefined;
}
interface Granted {
    readonly locks: readonly Schema<"Lock">[];
    /** On this machine's monotonic clock: the grant cannot be older. */
    readonly askedAt: number;
}
/** A lock this program holds. `token` rises with every grant: guarded writes carry it. */
declare class HeldLock implements AsyncDisposable {
    #private;
    /** @internal */
    constructor(api: Api, ask: Asking, granted: Granted);
    /** The path or pattern; of several the first. */
    get path(): string;
    /** For writes that are guarded; of several paths the first one's. */
    get token(): number;
    get expiresAt(): string;
    /** As the server shows them, in the order asked for. */
    get locks(): readonly Schema<"Lock">[];
    /** Aborts when the lock is lost: taken by force, taken over, or not renewed in time. */
    get signal(): AbortSignal;
    /**
     * Throws `conflict` when another was granted since: ask right before a write that is not guarded. A
     * pattern's lock is asked about a path it covers.
     */
    guard(path?: string): Promise<void>;
    /** Gives it back; a second time, or when it is lost, does nothing. */
    release(): Promise<void>;
    [Symbol.asyncDispose](): Promise<void>;
}
type AgentFields = Partial<Omit<BodyOf<"post", "/api/v1/agents">, "agentId">>;
declare class Muster extends Api {
    #private;
    readonly locks: Locks;
    readonly chat: Chat;
    readonly inbox: Inbox;
    readonly tasks: Tasks;
    readonly handoffs: Handoffs;
    readonly memory: Memories;
    readonly checkpoint: Checkpoints;
    readonly runs: Runs;
    constructor(options?: ConnectOptions);
    /** The same server as another agent; not for a key that is bound to one. */
    as(agentId: string): Muster;
    /** Joins the team, or says what this agent does now. Absent fields keep their value. */
    register(fields?: AgentFields): Promise<Schema<"ExternalAgent">>;
    /** What happens in the workspace, from now on or after an event. Survives lost connections. */
    events(options?: EventOptions): AsyncGenerator<MusterEvent, void>;
    /** The live board: `chat`, `agent-update`, `task-update`, `lock-update`. The agent is present while it is open. */
    socket(options?: SocketOptions): Promise<MusterSocket>;
    /** This agent's own line: `state-sync`, then its messages and escalations. */
    agentSocket(options?: SocketOptions): Promise<MusterSocket>;
}
type MemoryPath = "/api/v1/agents/{id}/memory";
type NewMemory = BodyOf<"post", MemoryPath>;
type MemoryItem = ItemOf<MemoryPath>;
type CheckpointFields = Omit<BodyOf<"post", "/api/v1/agents/{id}/checkpoint">, "token" | "resourcePath">;
declare class Memories {
    #private;
    constructor(api: Api);
    remember(memory: NewMemory): Promise<Schema<"Memory">>;
    /** The best first for a query; without one the newest. */
    recall(query?: string, limit?: number): Promise<MemoryItem[]>;
}
declare class Checkpoints {
    #private;
    constructor(api: Api);
    /** Replaces the fields it carries and keeps the others; `[]` clears. */
    save(fields: CheckpointFields, { lock }?: GuardedBy): Promise<Schema<"Checkpoint">>;
    get(): Promise<Schema<"Checkpoint"> | null>;
}
type NewRun = BodyOf<"post", "/api/v1/runs">;
declare class Runs {
    #private;
    constructor(api: Api);
    /** Starts at once; a text is the intent alone. */
    start(run: NewRun | string): Promise<RunHandle>;
    /** Starts and waits for the final text. */
    ask(run: NewRun | string, options?: Waiting): Promise<string>;
    get(id: string): Promise<RunHandle>;
    list(): AsyncGenerator<Schema<"Run">, void>;
}
interface Waiting {
    /** Stops waiting, not the run. */
    readonly signal?: AbortSignal | undefined;
}
declare class RunHandle {
    #private;
    readonly id: string;
    /** As it was when last asked. */
    run: Schema<"Run">;
    /** @internal */
    constructor(api: Api, run: Schema<"Run">);
    /** From its start to its end; longer, with `signal`, for a run that is retried. */
    events(options?: EventOptions): AsyncGenerator<MusterEvent, void>;
    /** The final text (JSON where the pattern answers with an object), however long it takes. Throws `MusterError` with the run's own error, or `canceled`. */
    answer({ signal }?: Waiting): Promise<string>;
    refresh(signal?: AbortSignal): Promise<Schema<"Run">>;
    cancel(reason?: string): Promise<void>;
}
/** Both ways; `pong` has no payload. */
interface SocketFrame {
    readonly type: string;
    readonly payload?: any;
    readonly timestamp?: string;
}
type SocketState = "connecting" | "open" | "reconnecting" | "closed";
interface SocketOptions {
    readonly signal?: AbortSignal | undefined;
    readonly onState?: (state: SocketState) => void;
    /** Default 20 000. */
    readonly pingMs?: number;
}
interface SocketTarget {
    readonly path: string;
    /** An HTTP path that is refused for the same reasons. */
    readonly probe: string;
}
/** `for await (const frame of socket)`, or `on(type, handler)`. Closing it ends both. */
declare class MusterSocket implements AsyncIterable<SocketFrame>, AsyncDisposable {
    #private;
    constructor(transport: Transport, target: SocketTarget, options: SocketOptions, Socket: typeof WebSocket | undefined);
    get state(): SocketState;
    /** Sends now, or once connected again. Throws when closed or when too much waits. */
    send(type: string, payload?: unknown): void;
    /** Calls `handler` for frames of this type, `*` for all; returns what takes it away. */
    on(type: string, handler: (frame: SocketFrame) => void): () => void;
    [Symbol.asyncIterator](): AsyncGenerator<SocketFrame, void>;
    /** Resolves when the connection is down for good. */
    close(): Promise<void>;
    [Symbol.asyncDispose](): Promise<void>;
}
interface LiveOptions {
    /** Ends the iteration, without an error. */
    readonly signal?: AbortSignal | undefined;
    readonly onState?: (state: StreamState) => void;
}
interface PostOptions {
    /** The message it replies to. */
    readonly threadId?: string;
    /** Who says it, where that is not an agent. */
    readonly author?: string;
    readonly authorType?: "agent" | "human" | "system";
}
declare class Chat {
    #private;
    constructor(api: Api);
    /** `@name`, `@all`, `@team` and `@everyone` reach inboxes. */
    post(message: string, options?: PostOptions): Promise<Schema<"ChatMessage">>;
    /** The newest, the newest first. */
    latest(limit?: number): Promise<Schema<"ChatMessage">[]>;
    react(messageId: string, emoji: string): Promise<void>;
    /** Messages as they are posted, from now on. */
    live(options?: LiveOptions): AsyncGenerator<Schema<"ChatMessage">, void>;
}
declare class Inbox {
    #private;
    constructor(api: Api);
    /** To another agent's inbox. */
    send(to: string, message: string): Promise<Schema<"InboxMessage">>;
    /** What this agent has not read, the newest first. */
    unread(): Promise<Schema<"InboxMessage">[]>;
    markRead(messages: readonly {
        readonly id: string;
    }[]): Promise<void>;
    /** Messages to this agent as they arrive, from now on. */
    live(options?: LiveOptions): AsyncGenerator<Schema<"InboxMessage">, void>;
}
interface ConnectOptions {
    /** Default: where this file was loaded from, else the page's own server, else http://127.0.0.1:8000. */
    readonly url?: string;
    /** `mst_…` or the admin key. Needed unless the server is open or the page has a session there. */
    readonly key?: string;
    /** Whom to act as; a key bound to an agent needs none. */
    readonly agentId?: string;
    /** Repeats of a request that may be repeated. Default 4. */
    readonly retries?: number;
    /** For an answer to come. Default 60 000. */
    readonly timeoutMs?: number;
    readonly fetch?: typeof fetch;
    /** Where the platform has none, as Node before 22. */
    readonly WebSocket?: typeof WebSocket;
}
interface SendOptions {
    readonly query?: object | undefined;
    readonly body?: unknown;
    readonly headers?: Readonly<Record<string, string>> | undefined;
    readonly signal?: AbortSignal | undefined;
    readonly idempotencyKey?: string | null | undefined;
    readonly ifMatch?: string | undefined;
    readonly timeoutMs?: number | undefined;
    /** May be repeated though it is a write without a key: the server takes a repeat for the same. */
    readonly repeatable?: boolean;
    /** Default: those of the connection. */
    readonly retries?: number;
}
declare class Transport {
    #private;
    readonly url: string;
    readonly agentId: string | undefined;
    readonly key: string | undefined;
    constructor(options: ConnectOptions);
    /** The JSON of the answer; undefined for none. Throws `MusterError`, or the signal's reason. */
    send<T>(method: string, path: string, options?: SendOptions): Promise<T>;
    /** The answer itself, its body not yet read; the caller ends it by the signal. Not repeated. */
    open(path: string, headers: Record<string, string>, signal: AbortSignal): Promise<Response>;
}
/** Trouble that may be over by the next attempt. */
declare function isPassing(error: unknown): boolean;
declare function waitOf(error: unknown, attempt: number): number;
/** `{id}` filled in, each value one segment. */
declare function fillPath(path: string, values?: object): string;
declare function queryText(query?: object): string;
type Method = "get" | "post" | "put" | "patch" | "delete";
/** A shape the API shows, such as `Schema<"Lock">`. */
type Schema<Name extends keyof components["schemas"]> = components["schemas"][Name];
/** Paths of the document that have this method. */
type PathOf<M extends Method> = {
    [P in keyof paths]: paths[P] extends {
        [K in M]: object;
    } ? P : never;
}[keyof paths];
type Operation<M extends Method, P extends PathOf<M>> = paths[P][M & keyof paths[P]];
type Parameter<O, Where extends string> = O extends {
    parameters: infer All;
} ? All extends {
    [K in Where]?: infer Found;
} ? Exclude<Found, undefined> : never : never;
type Body<O> = O extends {
    requestBody: {
        content: {
            "application/json": infer B;
        };
    };
} ? B : O extends {
    requestBody?: {
        content: {
            "application/json": infer B;
        };
    };
} ? B | undefined : never;
/** What the operation answers when all is well. */
type Answer<O> = O extends {
    responses: infer R;
} ? R extends {
    200: {
        content: {
            "application/json": infer A;
        };
    };
} ? A : R extends {
    201: {
        content: {
            "application/json": infer A;
        };
    };
} ? A : R extends {
    202: {
        content: {
            "application/json": infer A;
        };
    };
} ? A : undefined : never;
interface CallOptions {
    readonly headers?: Readonly<Record<string, string>>;
    readonly signal?: AbortSignal | undefined;
    /** Default: a new one for each POST; `null`: none. A repeat with the same one changes nothing twice. */
    readonly idempotencyKey?: string | null;
    /** ETag the update is for: 412 when it is another by now. */
    readonly ifMatch?: string | undefined;
    readonly timeoutMs?: number;
}
type PathPart<O> = [Parameter<O, "path">] extends [never] ? {
    readonly path?: undefined;
} : {
    readonly path: Parameter<O, "path">;
};
type BodyPart<O> = [Body<O>] extends [never] ? {
    readonly body?: undefined;
} : undefined extends Body<O> ? {
    readonly body?: Body<O>;
} : {
    readonly body: Body<O>;
};
type QueryPart<O> = [Parameter<O, "query">] extends [never] ? {
    readonly query?: undefined;
} : {
    readonly query?: Parameter<O, "query">;
};
type Options<O> = CallOptions & PathPart<O> & BodyPart<O> & QueryPart<O>;
/** Left out where nothing in them is needed. */
type OptionsArgument<O> = Record<never, never> extends Options<O> ? [options?: Options<O>] : [options: Options<O>];
/** The body a call takes. */
type BodyOf<M extends Method, P extends PathOf<M>> = Exclude<Body<Operation<M, P>>, undefined>;
/** The filters and the page a list takes. */
type QueryOf<P extends PathOf<"get">> = Parameter<Operation<"get", P>, "query">;
/** What a list is of. */
type ItemOf<P extends PathOf<"get">> = Answer<Operation<"get", P>> extends {
    items: (infer I)[];
} ? I : never;
/** Time and chance of the client, which runs where no app context is. */
/** Resolves after `ms`; at once, without a word, when the signal aborts. */
declare function pause(ms: number, signal?: AbortSignal): Promise<void>;
/** Between half and all of an exponentially growing wait. */
declare function backoffMs(attempt: number): number;
/** 128 random bits; `crypto.randomUUID` is missing on pages that are not served over TLS. */
declare function randomKey(): string;
/** Aborts when the caller's signal does or, with `timeout` as reason, after `ms` without `alive`. */
declare class Deadline {
    #private;
    timedOut: boolean;
    constructor(ms: number, caller?: AbortSignal);
    get signal(): AbortSignal;
    /** Starts the time anew. */
    alive(): void;
    /** Ends what still runs under it. */
    stop(): void;
    end(): void;
}
type NewTask = BodyOf<"post", "/api/v1/tasks">;
type TaskChange = BodyOf<"patch", "/api/v1/tasks/{id}">;
type TaskFilter = QueryOf<"/api/v1/tasks">;
type NewHandoff = BodyOf<"post", "/api/v1/handoffs">;
type HandoffFilter = QueryOf<"/api/v1/handoffs">;
/** The write is refused when the lock was granted to another since. */
interface GuardedBy {
    readonly lock?: HeldLock;
}
declare class Tasks {
    #private;
    constructor(api: Api);
    create(task: NewTask): Promise<Schema<"Task">>;
    /** All that fit, the newest first. */
    list(query?: TaskFilter): AsyncGenerator<TaskItem, void>;
    get(id: string): Promise<Schema<"Task">>;
    /** With `ifVersion`, only when it is still at that version; else the last write wins. */
    update(id: string, body: TaskChange, options?: {
        readonly ifVersion?: number;
    }): Promise<Schema<"Task">>;
    /** Takes it: exactly one wins. Throws `conflict` with `assignee`, or with `dependsOn` still to be done. */
    claim(id: string): Promise<Schema<"Task">>;
    release(id: string): Promise<Schema<"Task">>;
    complete(id: string, { lock }?: GuardedBy): Promise<Schema<"Task">>;
}
type TaskItem = ItemOf<"/api/v1/tasks">;
declare class Handoffs {
    #private;
    constructor(api: Api);
    create(handoff: NewHandoff): Promise<Schema<"Handoff">>;
    list(query?: HandoffFilter): AsyncGenerator<Schema<"Handoff">, void>;
    /** Takes it: exactly one wins. Throws `conflict` when it is another's. */
    claim(id: string): Promise<Schema<"Handoff">>;
    complete(id: string, { lock }?: GuardedBy): Promise<Schema<"Handoff">>;
}
/** Members of a guarded write. */
declare function guarded(lock: HeldLock | undefined): {
    token?: number;
    resourcePath?: string;
};
export {
  AcquireOptions,
  AgentFields,
  CallOptions,
  CheckpointFields,
  ConnectOptions,
  EventOptions,
  FieldProblem,
  GuardedBy,
  HeldLock,
  LiveOptions,
  LockTarget,
  MemoryItem,
  Muster,
  MusterError,
  MusterEvent,
  MusterSocket,
  NewHandoff,
  NewMemory,
  NewRun,
  NewTask,
  PostOptions,
  Problem,
  RunHandle,
  Schema,
  SocketFrame,
  SocketOptions,
  SocketState,
  StreamState,
  TaskChange,
  Waiting,
  connect,
  isMusterError,
};
