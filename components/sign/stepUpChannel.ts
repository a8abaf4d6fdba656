/** Where the window that went to the provider says who came back. */
export const stepUpChannel = 'switchback-step-up'
