--
-- PostgreSQL database dump
--

SET client_encoding = 'UTF8';
SET standard_conforming_strings = off;
SET check_function_bodies = false;

CREATE FUNCTION insert_user_attr(bigint, text, text) RETURNS integer
    AS $_$
begin
    insert into user_attrs values ($1, $2, $3);
    return 1;
end;
$_$
    LANGUAGE plpgsql;

CREATE TABLE charge_rules (
    charge_id integer,
    charge_rule_id integer NOT NULL,
    start_time time without time zone,
    end_time time without time zone,
    time_limit integer,
    ras_id integer
);

CREATE TABLE internet_charge_rules (
    cpm numeric(12,2),
    cpk numeric(12,2),
    assumed_kps integer,
    bandwidth_limit_kbytes integer DEFAULT -1,
    bw_transmit_leaf_id integer,
    bw_receive_leaf_id integer
)
INHERITS (charge_rules);

COPY bw_leaf (leaf_id, leaf_name, interface_id, parent_id, default_rate_kbits, default_ceil_kbits, total_rate_kbits, total_ceil_kbits) FROM stdin;
1	up512	1	1	512	512	512	512
2	down2048	1	1	1024	2048	1024	2048
\.

COPY charges (charge_id, name, charge_type, comment, admin_id, visible_to_all) FROM stdin;
1	by-kb	Internet		0	t
2	by-minute	Internet		0	t
3	free	Internet		0	t
4	night-and-day	Internet		0	t
\.

COPY internet_charge_rules (charge_id, charge_rule_id, start_time, end_time, time_limit, ras_id, cpm, cpk, assumed_kps, bandwidth_limit_kbytes, bw_transmit_leaf_id, bw_receive_leaf_id) FROM stdin;
1	1	00:00:00	23:59:59	\N	\N	0.00	0.50	100	-1	1	2
2	2	00:00:00	23:59:59	\N	\N	2.00	0.00	100	-1	\N	\N
3	3	00:00:00	23:59:59	\N	\N	0.00	0.00	100	125	\N	\N
4	4	00:00:00	11:59:59	\N	\N	0.00	0.50	100	-1	\N	\N
4	5	12:00:00	23:59:59	\N	\N	0.00	0.10	100	-1	\N	\N
\.

COPY groups (group_id, group_name, owner_id, comment) FROM stdin;
1	ماهانه 2 مگ	0	line\\one\ntwo
2	dialup	0	
3	unlimited	0	
4	night	0	
\.

COPY group_attrs (group_id, attr_name, attr_value) FROM stdin;
1	normal_charge	1
1	rel_exp_date	2592000
1	multi_login	1
2	normal_charge	2
3	normal_charge	3
3	radius_attrs	(dp0\nS'Mikrotik-Rate-Limit'\np1\nS'1M/4M'\np2\nsS'Framed-Pool'\np3\nS'dsl'\np4\ns.
3	traffic_periodic_accounting_monthly	jalali
3	traffic_periodic_accounting_monthly_limit	10737418240
4	normal_charge	4
\.

COPY users (user_id, owner_id, credit, group_id, creation_date) FROM stdin;
1	0	1048576.00	1	2025-01-01 10:00:00
2	0	0.00	1	2025-01-01 10:00:00
3	0	5000.00	2	2025-01-01 10:00:00
4	0	7000.00	3	2025-01-01 10:00:00
5	0	100.00	4	2025-01-01 10:00:00
6	0	100.00	1	2025-01-01 10:00:00
7	0	100.00	1	2025-01-01 10:00:00
\.

COPY normal_users (user_id, normal_username, normal_password) FROM stdin;
1	ali	p\\w1
2	sara	s2
3	minutes	s3
4	free	s4
5	night	s5
6	fresh	s6
\.

COPY voip_users (user_id, voip_username, voip_password) FROM stdin;
7	phone7	v7
\.

COPY user_attrs (user_id, attr_name, attr_value) FROM stdin;
1	name	علي رضايي
1	first_login	1794800000
1	abs_exp_date	1800000000
1	assign_ip	85.9.70.25
1	limit_mac	AA:BB:CC:DD:EE:FF
1	cell_phone	09123456789
1	phone	01132455123
1	email_address	ali@example.ir
1	national_code	13542419
2	lock	unpaid
2	abs_exp_date	1790000000
2	assign_ip	10.0.0.1,10.0.0.2
4	multi_login	3
4	session_timeout	3600
\.
