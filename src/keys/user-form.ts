// How people are named: also by their addresses, or by whatever an issuer calls them.

export const userForm = /^[\x21-\x7e]{1,128}$/
