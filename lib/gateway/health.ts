/** How each provider has answered since the start. */

export interface ProviderHealth {
  readonly provider: string;
  readonly calls: number;
  readonly failures: number;
  /** Epoch ms. */
  readonly lastSuccessAt?: number;
  readonly lastFailureAt?: number;
  readonly lastError?: { readonly code: string; readonly message: string };
  /** Duration of the last call that succeeded. */
  readonly lastLatencyMs?: number;
}

export class HealthBook {
  readonly #book = new Map<string, ProviderHealth>();

  succeeded(provider: string, at: number, lastLatencyMs: number): void {
    const before = this.#of(provider);
    this.#book.set(provider, {
      ...before,
      calls: before.calls + 1,
      lastSuccessAt: at,
      lastLatencyMs,
    });
  }

  /** Wrong requests and stopped calls say nothing about the provider. */
  failed(
    provider: string,
    at: number,
    error: { readonly code: string; readonly detail: string },
  ): void {
    const before = this.#of(provider);
    const blame = error.code !== "invalid_input" && error.code !== "canceled";
    this.#book.set(provider, {
      ...before,
      calls: before.calls + 1,
      ...(blame
        ? {
          failures: before.failures + 1,
          lastFailureAt: at,
          lastError: { code: error.code, message: error.detail },
        }
        : {}),
    });
  }

  /** Of these providers, also where nothing was asked of them yet. */
  list(providers: readonly string[]): ProviderHealth[] {
    return providers.map((provider) => this.#of(provider));
  }

  #of(provider: string): ProviderHealth {
    return this.#book.get(provider) ?? { provider, calls: 0, failures: 0 };
  }
}
