// title:   센터별 협력의 공백 | Partnership gaps
// asks:    어느 센터에 어떤 종류의 기관이 없거나 알려져 있지 않고, 비슷한 센터는 어떤가 | Which kinds of partner is a center not known to have, and what of centers like it?
// param:   centers list<text> of Center = []  이 센터만 봅니다. 비우면 네트워크를 이끌거나 사례를 맡은 센터 전부 | only these centers; empty means all that lead a network or handled cases
// param:   kinds list<text> in center_kind, institution_kind = []  이 종류의 기관만 봅니다. 비우면 전부 | only these kinds of partner; empty means all
// param:   functions list<text> in step_kind = []  이 기능만 봅니다. 비우면 전부 | only these functions; empty means all
// param:   states list<text> in partnership_state = []  이 상태인 칸만 봅니다. 비우면 전부 | only cells in these states; empty means all
// param:   by choice(function, kind) = function  기관 종류와 기능으로 나눌지(function), 기관 종류로만 나눌지(kind) | by kind and function, or by kind alone
// param:   peers integer 1..20 = 5  견줄 비슷한 센터의 최대 수 | the most peers to compare with
// param:   top integer 1..20000 = 1000  최대 행 수 | the most rows
// returns: center_id text of Center "센터 식별자" "center id"
// returns: center_name text "센터" "center"
// returns: partner_kind text in center_kind, institution_kind "기관 종류" "kind of partner"
// returns: function text in step_kind "기능" "function"
// returns: state text in partnership_state "상태" "state"
// returns: cases cases "함께한 사례 수" "cases together"
// returns: partner_ids set<text> of Center, Institution "그 상태인 기관" "partners in that state"
// returns: peers integer "비슷한 센터 수" "peers"
// returns: peers_with integer "그중 가진 센터 수" "peers that have it"
// returns: share_low number "비율의 하한(95%)" "share, lower bound (95%)"
// returns: share_high number "비율의 상한(95%)" "share, upper bound (95%)"
// returns: peer_evidence text "비교의 증거 등급" "evidence of the comparison"
// returns: peer_ids set<text> of Center "가진 센터" "peers that have it (ids)"
// returns: sources set<source> "출처" "sources"
// returns: case_sources set<case_source> "사례의 출처" "sources of the cases"
// key:     center_id, partner_kind, function
// evidence: observed
// says:    센터 {words.centers}곳의 협력을 기관 종류와 기능별로 {words.cells}칸 살폈습니다. 이 가운데 {words.unknown}칸은 있는지 알 수 없고 {words.absent}칸은 없다고 확인되었으며, 그 가운데 {words.with_peers}칸은 비슷한 센터 가운데 가진 곳이 있습니다. | Looked at {words.cells:cell/cells} of partner kind and function at {words.centers:center/centers}: {words.unknown} unknown and {words.absent} known to be absent, of which {words.with_peers} some peer has.
// none:    조건에 맞는 센터나 협력이 적혀 있지 않습니다. | No center or partnership is told for this.
// note:    '알 수 없음'은 '없음'이 아닙니다. 출처에 적히지 않은 협력이 있을 수 있으니 먼저 센터에 확인해 주세요. | Unknown is not absent: partnerships the source does not mention may exist, so ask the center first.
// note:    비슷한 센터가 가진 협력이라고 해서 꼭 필요하거나 취업에 도움이 된다는 뜻은 아닙니다. | That peers have a partner does not mean that it is needed or helps anyone to a job.
// note:    기능은 사례에서 맡은 단계와 제공하는 프로그램의 종류로 보았습니다. 빈 기능은 그 기관이 무엇을 하는지 적혀 있지 않다는 뜻입니다. | A function is a kind of step a partner gave, or of program it offers; an empty one means the source does not tell what it does.
// note:    비슷한 센터는 종류가 같고 산업별 기업 수요와 사례의 애로사항이 닮은 센터입니다. 둘 다 적혀 있지 않은 센터는 견줄 수 없어 0곳으로 나옵니다. | Peers are centers of the same kind with a like demand by industry and like needs of cases; a center of which neither is told has none.

// part: centers by center_id
MATCH (center:Center)
OPTIONAL MATCH (center)-[leading:LEADS]->(network:Network)
WHERE ($as_of = '' OR (coalesce(leading.valid_from, $as_of) <= $as_of AND coalesce(leading.valid_to, $as_of) >= $as_of))
RETURN center.id AS center_id, center.name AS center_name, center.kind AS kind, center.dataset_id + '#' + center.locator AS source, count(DISTINCT network.id) AS leads
ORDER BY center_id
LIMIT 100000

// part: handled by center_id
MATCH (center:Center)-[:HANDLED]->(case_file:CaseFile)
RETURN center.id AS center_id, count(DISTINCT case_file.id) AS cases
ORDER BY center_id
LIMIT 100000

// part: members by center_id, link_id, other_id
MATCH (center:Center)-[joining:LEADS|MEMBER_OF]->(network:Network)<-[other:LEADS|MEMBER_OF]-(partner:Center|Institution)
WHERE joining.id <> other.id AND center.id <> partner.id
  AND ($as_of = '' OR (coalesce(joining.valid_from, $as_of) <= $as_of AND coalesce(joining.valid_to, $as_of) >= $as_of))
  AND ($as_of = '' OR (coalesce(other.valid_from, $as_of) <= $as_of AND coalesce(other.valid_to, $as_of) >= $as_of))
RETURN center.id AS center_id, partner.id AS partner_id, partner.kind AS kind, other.dataset_id + '#' + other.locator AS source,
       joining.id AS link_id, other.id AS other_id
ORDER BY center_id, link_id, other_id
LIMIT 1000000

// part: declared by center_id, link_id
MATCH (center:Center)-[link:PARTNERS_WITH]-(partner:Center|Institution)
WHERE center.id <> partner.id
  AND ($as_of = '' OR (coalesce(link.valid_from, $as_of) <= $as_of AND coalesce(link.valid_to, $as_of) >= $as_of))
RETURN center.id AS center_id, partner.id AS partner_id, partner.kind AS kind, link.dataset_id + '#' + link.locator AS source, link.id AS link_id
ORDER BY center_id, link_id
LIMIT 1000000

// part: absent by center_id, absence_id
MATCH (center:Center)-[lacking:LACKS]->(absence:Absence)
WHERE $as_of = '' OR coalesce(lacking.known_on, $as_of) <= $as_of
RETURN center.id AS center_id, absence.partner_kind AS kind, coalesce(absence.function, '') AS function,
       lacking.dataset_id + '#' + lacking.locator AS source, absence.id AS absence_id
ORDER BY center_id, absence_id
LIMIT 1000000

// part: used_by_function by center_id, kind, function
MATCH (center:Center)-[:HANDLED]->(case_file:CaseFile)-[support:SUPPORTED_BY]->(partner:Center|Institution)
WHERE NOT coalesce(support.result, '') IN ['declined', 'not_served'] AND partner.id <> center.id
RETURN center.id AS center_id, partner.kind AS kind, support.kind AS function, count(DISTINCT case_file.id) AS cases,
       collect(DISTINCT partner.id) AS partner_ids,
       collect(DISTINCT CASE WHEN $published THEN support.dataset_id + '#' + support.locator ELSE null END) AS case_sources
ORDER BY center_id, kind, function
LIMIT 1000000

// part: used_by_kind by center_id, kind
MATCH (center:Center)-[:HANDLED]->(case_file:CaseFile)-[support:SUPPORTED_BY]->(partner:Center|Institution)
WHERE NOT coalesce(support.result, '') IN ['declined', 'not_served'] AND partner.id <> center.id
RETURN center.id AS center_id, partner.kind AS kind, '' AS function, count(DISTINCT case_file.id) AS cases,
       collect(DISTINCT partner.id) AS partner_ids,
       collect(DISTINCT CASE WHEN $published THEN support.dataset_id + '#' + support.locator ELSE null END) AS case_sources
ORDER BY center_id, kind
LIMIT 1000000

// part: case_sources by center_id, kind, function
MATCH (center:Center)-[:HANDLED]->(case_file:CaseFile)-[support:SUPPORTED_BY]->(partner:Center|Institution)
WHERE $published AND NOT coalesce(support.result, '') IN ['declined', 'not_served'] AND partner.id <> center.id
RETURN center.id AS center_id, partner.kind AS kind, support.kind AS function, collect(DISTINCT support.dataset_id + '#' + support.locator) AS case_sources
ORDER BY center_id, kind, function
LIMIT 1000000

// part: functions_given by partner_id, function
MATCH (case_file:CaseFile)-[support:SUPPORTED_BY]->(partner:Center|Institution)
WHERE NOT coalesce(support.result, '') IN ['declined', 'not_served']
RETURN partner.id AS partner_id, partner.kind AS kind, support.kind AS function, count(DISTINCT case_file.id) AS cases
ORDER BY partner_id, function
LIMIT 1000000

// part: functions_offered by partner_id, program_kind
MATCH (partner:Center|Institution)-[offering:OFFERS]->(program:Program)
WHERE ($as_of = '' OR (coalesce(offering.valid_from, $as_of) <= $as_of AND coalesce(offering.valid_to, $as_of) >= $as_of))
  AND ($as_of = '' OR (coalesce(program.valid_from, $as_of) <= $as_of AND coalesce(program.valid_to, $as_of) >= $as_of))
RETURN partner.id AS partner_id, partner.kind AS kind, program.kind AS program_kind, count(DISTINCT program.id) AS programs
ORDER BY partner_id, program_kind
LIMIT 1000000

// part: demand by center_id, feature_id
MATCH (center:Center)-[joining:LEADS|MEMBER_OF]->(network:Network)-[demand:DEMANDS]->(industry:Industry)
WHERE ($as_of = '' OR (coalesce(joining.valid_from, $as_of) <= $as_of AND coalesce(joining.valid_to, $as_of) >= $as_of))
RETURN center.id AS center_id, industry.id AS feature_id, max(coalesce(demand.companies, 1)) AS amount
ORDER BY center_id, feature_id
LIMIT 1000000

// part: needs by center_id, feature_id
MATCH (center:Center)-[:HANDLED]->(case_file:CaseFile)-[:HAS_NEED]->(need:Need)
RETURN center.id AS center_id, need.id AS feature_id, count(DISTINCT case_file.id) AS amount
ORDER BY center_id, feature_id
LIMIT 1000000

// part: n
MATCH (center:Center)-[:HANDLED]->(case_file:CaseFile)
WHERE center.id IN $chosen
RETURN count(DISTINCT case_file.id) AS n
