CREATE OR REPLACE FUNCTION `main`.`visma`.`ledger_as_of`(period STRING COMMENT '2026-09 or 202609')
RETURNS TABLE (company_id STRING, recorded_at TIMESTAMP, branch STRING, ledger STRING, account STRING, subaccount_id STRING, debit_at_close DECIMAL(38,10), credit_at_close DECIMAL(38,10), debit_now DECIMAL(38,10), credit_now DECIMAL(38,10), has_moved BOOLEAN)
COMMENT 'The movements of a closed period as they stood when it was closed, and as they are now'
RETURN SELECT l.company_id, l.recorded_at, l.branch, l.ledger, l.account, l.subaccount_id, l.debit_at_close, l.credit_at_close, l.debit_now, l.credit_now, l.has_moved
FROM `main`.`visma`.`ledger_at_close` AS l
WHERE l.financial_period = REPLACE(ledger_as_of.period, '-', '');
