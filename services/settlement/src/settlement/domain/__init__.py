"""Rules of money: entries that balance, splits that add up, payments and payouts that move one way."""
