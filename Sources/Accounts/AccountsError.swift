package enum AccountsError: Error {}
