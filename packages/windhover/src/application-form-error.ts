/** The codes of `ApplicationFormError`, each with the first sentence of its message. */
export const applicationFormErrors = {
  APPLICATION_FORM_UNKNOWN:
    'an application must be a request handler, a fetch handler, a (req, res) handler, an application of a framework, a host or a host builder; received',
  APPLICATION_FORM_AMBIGUOUS: 'the form of the application is ambiguous:',
  APPLICATION_OPTION_UNUSED: 'a host that is built already has its own options; pass its builder, or set there:',
} as const satisfies Record<`APPLICATION_${string}`, string>;

export type ApplicationFormErrorCode = keyof typeof applicationFormErrors;

/** The value is not an application, or its form is ambiguous. Branch on `code`, not on the message. */
export class ApplicationFormError extends TypeError {
  override readonly name = 'ApplicationFormError';
  readonly code: ApplicationFormErrorCode;
  /** The end of the message: the received value, or the reason and the advice. */
  readonly detail: string;

  constructor(code: ApplicationFormErrorCode, detail: string) {
    super(`${applicationFormErrors[code]} ${detail}`);
    this.code = code;
    this.detail = detail;
  }
}
