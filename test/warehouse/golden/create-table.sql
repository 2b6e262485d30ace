CREATE TABLE IF NOT EXISTS `main`.`visma`.`invoice_line` (
  `company_id` STRING NOT NULL COMMENT 'The configured company, one per legal entity',
  `record_id` STRING NOT NULL COMMENT 'Visma\'s key as one text, parts percent-escaped',
  `parent_record_id` STRING COMMENT 'The record that this line belongs to',
  `position` INT COMMENT 'The place in its record\'s array, from 0',
  `last_modified_date_time` TIMESTAMP_NTZ COMMENT 'Visma\'s own stamp of the content that stands here, as sent; it carries no zone',
  `line_number` BIGINT COMMENT 'Its number',
  `amount` DECIMAL(38,10) COMMENT 'Its amount',
  `_record` STRING COMMENT 'This object as JSON as received, digits exact',
  `_hash` STRING COMMENT 'Content hash of _record, blind to key order and re-stamps',
  `_errors` STRING COMMENT 'Null, or JSON naming each field whose value did not fit its column',
  `_load_id` STRING COMMENT 'The load that last changed, marked or revived the row',
  `_ingested_at` TIMESTAMP COMMENT 'When that was',
  `_commit` BIGINT COMMENT 'In which commit that was; it only grows',
  `_first_seen_at` TIMESTAMP COMMENT 'When the key first appeared; null for rows of a first load',
  `_deleted_at` TIMESTAMP COMMENT 'When it was found gone in Visma; null for live rows'
)
USING DELTA
COMMENT 'A row for each line of a invoice'
CLUSTER BY (`company_id`, `record_id`)
TBLPROPERTIES ('delta.enableChangeDataFeed' = 'true');

CREATE TABLE IF NOT EXISTS `main`.`visma_staging`.`invoice` (
  `company_id` STRING COMMENT 'The configured company, one per legal entity',
  `record_id` STRING COMMENT 'Visma\'s key as one text, parts percent-escaped',
  `last_modified_date_time` TIMESTAMP_NTZ COMMENT 'Visma\'s own stamp of the content that stands here, as sent; it carries no zone',
  `reference_number` STRING COMMENT 'Its number',
  `supplier_number` STRING COMMENT 'The supplier\'s number',
  `amount` DECIMAL(38,10) COMMENT 'Its total',
  `document_date` DATE COMMENT 'Its date: the supplier\'s',
  `created_date_time` TIMESTAMP_NTZ COMMENT 'When it was entered',
  `hold` BOOLEAN COMMENT 'Whether it is on hold',
  `_record` STRING COMMENT 'This object as JSON as received, digits exact',
  `_hash` STRING COMMENT 'Content hash of _record, blind to key order and re-stamps',
  `_errors` STRING COMMENT 'Null, or JSON naming each field whose value did not fit its column',
  `_load_id` STRING COMMENT 'The load that these rows came with',
  `_place` BIGINT COMMENT 'The place of the record, or of the record that a line belongs to, in its pass',
  `_absent` STRING COMMENT 'Null, or the arrays of this record that did not arrive, between commas: their lines stay as they are'
)
USING DELTA
COMMENT 'It\'s staged';

CREATE TABLE IF NOT EXISTS `main`.`visma_control`.`run` (
  `run_id` STRING COMMENT 'The run that wrote this row',
  `command` STRING COMMENT 'What was run',
  `version` STRING COMMENT 'The version of the program',
  `started_at` TIMESTAMP COMMENT 'When it began, by the clock of its machine',
  `ended_at` TIMESTAMP COMMENT 'When it ended, by the clock of its machine',
  `recorded_at` TIMESTAMP COMMENT 'When it ended, by the warehouse\'s clock: runs are ordered by it',
  `exit_code` INT COMMENT '0 done, 1 failed, 2 usage or configuration, 3 partial',
  `report` STRING COMMENT 'The report as JSON'
)
USING DELTA
COMMENT 'One row for each run of a command';

CREATE TABLE IF NOT EXISTS `main`.`visma_control`.`table_run` (
  `run_id` STRING COMMENT 'The run that wrote this row',
  `table_name` STRING COMMENT 'The table',
  `staged` BIGINT COMMENT 'Rows copied',
  `inserted` BIGINT COMMENT 'Rows that are new',
  `updated` BIGINT COMMENT 'Rows changed, revived or marked',
  `gone` BIGINT COMMENT 'Rows marked as gone'
)
USING DELTA
COMMENT 'What each run did to each table';

CREATE TABLE IF NOT EXISTS `main`.`visma_control`.`api_call` (
  `run_id` STRING COMMENT 'The run that wrote this row',
  `company_id` STRING COMMENT 'The configured company, one per legal entity',
  `resource` STRING COMMENT 'What was asked for; null for tokens',
  `status` INT COMMENT 'The HTTP status; 0 where no answer came',
  `calls` BIGINT COMMENT 'How many',
  `bytes` BIGINT COMMENT 'Bytes of the answers'
)
USING DELTA
COMMENT 'Requests to Visma, counted for each run';

CREATE TABLE IF NOT EXISTS `main`.`visma_control`.`reject` (
  `company_id` STRING COMMENT 'The configured company, one per legal entity',
  `resource` STRING COMMENT 'What Visma offers, such as supplier_invoice',
  `load_id` STRING COMMENT 'The load that it would have come with',
  `place` BIGINT COMMENT 'The place of the record in its pass',
  `reason` STRING COMMENT 'Why it has no row',
  `record` STRING COMMENT 'What was refused, as JSON'
)
USING DELTA
COMMENT 'Records that could not become rows, after privacy, and why';

CREATE TABLE IF NOT EXISTS `main`.`visma_control`.`sweep` (
  `run_id` STRING COMMENT 'The run that wrote this row',
  `company_id` STRING COMMENT 'The configured company, one per legal entity',
  `resource` STRING COMMENT 'What Visma offers, such as supplier_invoice',
  `slice` STRING COMMENT 'A part of the resource that is read by itself; empty where there is none',
  `period` STRING COMMENT 'YYYYPP; empty where the list was swept whole, without for what bears none',
  `keys` BIGINT COMMENT 'Keys that Visma listed',
  `lacking` BIGINT COMMENT 'Keys among them that the table lacked',
  `differing` BIGINT COMMENT 'Keys among them whose row version or stamp differs',
  `missing` BIGINT COMMENT 'Keys of the table that Visma did not list',
  `marked` BIGINT COMMENT 'Keys among them that were marked as gone',
  `swept_at` TIMESTAMP COMMENT 'When it began, by the warehouse\'s clock'
)
USING DELTA
COMMENT 'How each sweep of the keys of a list ended';

CREATE TABLE IF NOT EXISTS `main`.`visma_control`.`missing_key` (
  `company_id` STRING COMMENT 'The configured company, one per legal entity',
  `resource` STRING COMMENT 'What Visma offers, such as supplier_invoice',
  `record_id` STRING COMMENT 'The key',
  `run_id` STRING COMMENT 'The run whose sweep missed it first',
  `missed_at` TIMESTAMP COMMENT 'When that was noted, by the warehouse\'s clock'
)
USING DELTA
COMMENT 'Keys that a sweep did not find, until they are found or marked';

CREATE TABLE IF NOT EXISTS `main`.`visma_control`.`resync` (
  `run_id` STRING COMMENT 'The run that wrote this row',
  `company_id` STRING COMMENT 'The configured company, one per legal entity',
  `resource` STRING COMMENT 'What Visma offers, such as supplier_invoice',
  `slice` STRING COMMENT 'A part of the resource that is read by itself; empty where there is none',
  `scope` STRING COMMENT 'What was read: all, a period, or what changed since a stamp',
  `requested_by` STRING COMMENT 'Who asked for it',
  `reason` STRING COMMENT 'Why',
  `records_read` BIGINT COMMENT 'Records that were read',
  `differing` BIGINT COMMENT 'Rows of all its tables that were new, changed or revived by it',
  `recorded_at` TIMESTAMP COMMENT 'When this was written'
)
USING DELTA
COMMENT 'What was read again on purpose, and why';

CREATE TABLE IF NOT EXISTS `main`.`visma_control`.`privacy` (
  `resource` STRING COMMENT 'What Visma offers, such as supplier_invoice',
  `fingerprint` STRING COMMENT 'Of the rules and of the salt; empty where nothing is protected',
  `rules` STRING COMMENT 'What is protected and how, as JSON, by path in the record; never the salt',
  `applied_at` TIMESTAMP COMMENT 'When rows held before were brought under them',
  `run_id` STRING COMMENT 'The run that wrote this row'
)
USING DELTA
COMMENT 'The privacy rules under which the rows of each resource are held';

CREATE TABLE IF NOT EXISTS `main`.`visma_control`.`lease` (
  `name` STRING COMMENT 'There is one lease: commit',
  `owner` STRING COMMENT 'The run that holds it, or held it last',
  `fence` BIGINT COMMENT 'Grows with each holder',
  `expires_at` TIMESTAMP COMMENT 'From then on another may take it'
)
USING DELTA
COMMENT 'The right to commit, held by one run at a time';

CREATE TABLE IF NOT EXISTS `main`.`visma_control`.`company` (
  `company_id` STRING COMMENT 'The configured company, one per legal entity',
  `tenant_id` STRING COMMENT 'The tenant in Visma.net',
  `bound_at` TIMESTAMP COMMENT 'Since when'
)
USING DELTA
COMMENT 'The tenant that each company id belongs to, once and for ever';

CREATE TABLE IF NOT EXISTS `main`.`visma_control`.`load` (
  `load_id` STRING COMMENT 'The load',
  `company_id` STRING COMMENT 'The configured company, one per legal entity',
  `resource` STRING COMMENT 'What Visma offers, such as supplier_invoice',
  `slice` STRING COMMENT 'A part of the resource that is read by itself; empty where there is none',
  `sequence` BIGINT COMMENT 'The place of a load in its chain, from 1',
  `state` STRING COMMENT 'settled, or set aside: then its window is read again',
  `reason` STRING COMMENT 'Why it was set aside',
  `run_id` STRING COMMENT 'The run that wrote this row',
  `finished_at` TIMESTAMP COMMENT 'When it was finished',
  `pruned_at` TIMESTAMP COMMENT 'When its files and its rows in staging were removed'
)
USING DELTA
COMMENT 'Loads that are finished: settled, or set aside with a reason';

CREATE TABLE IF NOT EXISTS `main`.`visma_control`.`checkpoint` (
  `company_id` STRING COMMENT 'The configured company, one per legal entity',
  `resource` STRING COMMENT 'What Visma offers, such as supplier_invoice',
  `slice` STRING COMMENT 'A part of the resource that is read by itself; empty where there is none',
  `sequence` BIGINT COMMENT 'The place of a load in its chain, from 1',
  `watermark` STRING COMMENT 'The greatest modification stamp seen, by the ERP\'s clock',
  `next_since` STRING COMMENT 'Where the next delta begins',
  `tail_digest` STRING COMMENT 'Digest over what was seen from next_since on',
  `tail_rows` BIGINT COMMENT 'Records in that tail',
  `pass_seconds` DECIMAL(18,3) COMMENT 'How long the pass took',
  `rows_held` BIGINT COMMENT 'Records in the newest whole list',
  `resume` STRING COMMENT 'Where a long first load goes on, as JSON; null where none is under way',
  `provisional` BOOLEAN COMMENT 'Whether pages may have moved while they were read, until a sweep agrees',
  `run_id` STRING COMMENT 'The run that wrote this row',
  `load_id` STRING COMMENT 'The load that was settled last',
  `load_ids` STRING COMMENT 'The loads that its last move settled, as JSON',
  `settled_at` TIMESTAMP COMMENT 'When it moved last'
)
USING DELTA
COMMENT 'How far each company and resource has been read and committed';
