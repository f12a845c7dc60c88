// The mails that Kratos would send, kept in memory so that a developer can read them. Forgets the oldest first.

export interface Mail {
	readonly to: string;
	readonly subject: string;
	readonly body: string;
	readonly at: Date;
}

export interface DevelopmentMailbox {
	/** Newest first. */
	readonly mails: readonly Mail[];
	receive(mail: Omit<Mail, "at">): void;
}

const capacity = 100;

/** Builds an empty mailbox. */
export function createDevelopmentMailbox(): DevelopmentMailbox {
	const mails: Mail[] = [];
	return {
		mails,
		receive(mail) {
			mails.unshift(Object.freeze({ ...mail, at: new Date() }));
			mails.length = Math.min(mails.length, capacity);
		},
	};
}
